typedef float real;
typedef int ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const bool v2 = ((f64)batch) == 0.0;
        tables[0] = v2;
        const f64 v30 = v2 ? 1.0 : ((f64)batch);
        tables[(2 + batch * 1)] = v30;
        const f64 v33 = v2 ? 0.0 : 1.0;
        tables[(5 + batch * 1)] = v33;
        const f64 v34 = v33 / v30;
        tables[(6 + batch * 1)] = v34;
    }
    __syncthreads();
}
SEGLOSS_KERNEL(scalar0)(i64 batch, i64 pixels, f64* tables) {
    scalar0_body(batch, pixels, tables);
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, real* __restrict__ temp14, real* __restrict__ temp15, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 2];
    f64 sum13 = Sum::start();
    f64 sum46 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    const i64 start = (first * BLOCK + threadIdx.x) * 4;
    f32 a4[4];
    f32 a6[4];
    if (start < pixels) {
        fetch<ALIGNED, 4>(in4_target + sample * pixels, start, pixels, a4);
        fetch<ALIGNED, 4>(in6_prediction + sample * pixels, start, pixels, a6);
    }
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 4;
        f32 x4[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) x4[v] = a4[v];
        f32 x6[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) x6[v] = a6[v];
        const i64 next = at + blocks * (BLOCK * 4);
        if (next < pixels) {
            fetch<ALIGNED, 4>(in4_target + sample * pixels, next, pixels, a4);
            fetch<ALIGNED, 4>(in6_prediction + sample * pixels, next, pixels, a6);
        }
        if (at >= pixels) continue;
        real count46 = 0;
        real o_temp14[4];
        real o_temp15[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            const real v4 = (real)widen(x4[v]);
            const real v6 = (real)widen(x6[v]);
            const bool v5 = 0.5f < v4;
            const real v7 = -v6;
            const real v8 = v5 ? v7 : v6;
            const real v10 = v8 + 1.0f;
            const real v14 = v10;
            const real v15 = 1.0f - v4;
            const real v39 = v6 - v6;
            const bool v40 = v4 == 0.0f;
            const bool v41 = v4 == 1.0f;
            const bool v42 = v40 || v41;
            const bool v43 = !v42;
            const real v44 = v43 ? 1.0f : 0.0f;
            const real v45 = v39 + v44;
            sum13 += (f64)v4;
            count46 += v45;
            o_temp14[v] = (real)(v14);
            o_temp15[v] = (real)(v15);
        }
        sum46 += (f64)count46;
        put<ALIGNED, 4>(temp14 + sample * pixels, at, pixels, o_temp14, false);
        put<ALIGNED, 4>(temp15 + sample * pixels, at, pixels, o_temp15, false);
    }
    sum13 = across_warp<Sum>(sum13);
    if (lane == 0) sums[warp * 2 + 0] = sum13;
    sum46 = across_warp<Sum>(sum46);
    if (lane == 0) sums[warp * 2 + 1] = sum46;
    __syncthreads();
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[0 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 2 + 0 + k]);
        partials[(i64)(0 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[1 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 2 + 1 + k]);
        partials[(i64)(1 + k) * gridDim.x + block] = x;
    }
    if (!is_last_block(counter)) return;
    combine<Sum>(partials + (i64)0 * gridDim.x, 1, batch, blocks, tables + 1);
    combine<Sum>(partials + (i64)1 * gridDim.x, 1, 1, gridDim.x, tables + (7 + batch * 1));
}
SEGLOSS_KERNEL(pass0)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, real* __restrict__ temp14, real* __restrict__ temp15, f64* partials, u32* counter) {
    pass0_body<false>(batch, pixels, blocks, tables, in4_target, in6_prediction, temp14, temp15, partials, counter);
}
SEGLOSS_KERNEL(pass0_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, real* __restrict__ temp14, real* __restrict__ temp15, f64* partials, u32* counter) {
    pass0_body<true>(batch, pixels, blocks, tables, in4_target, in6_prediction, temp14, temp15, partials, counter);
}

struct view14 {
    const real* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank16_prepare)(const real* temp14, i64 pixels, i64 length, i64 groups, keybits* bits, u32* order) {
    rank_prepare(view14{temp14, pixels}, 1, pixels, length, groups, bits, order);
}
SEGLOSS_KERNEL(rank_count_digits)(const keybits* bits, i64 length, i64 tiles, i64 shift, u32* counts) {
    rank_count(bits, length, tiles, (int)shift, counts);
}
SEGLOSS_KERNEL(rank_count_rows)(u32* counts, i64 rows, i64 tiles, u32* totals) {
    rank_rows(counts, rows, tiles, totals);
}
SEGLOSS_KERNEL(rank_scatter_digits)(const keybits* bits, const u32* order, i64 length, i64 tiles, i64 shift, const u32* counts, const u32* totals, keybits* bitsOut, u32* orderOut) {
    rank_scatter(bits, order, length, tiles, (int)shift, counts, totals, bitsOut, orderOut);
}

struct view15 {
    const real* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank16_tiles)(const real* temp15, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, f64* sums) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_tiles(view15{temp15, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums);
}
SEGLOSS_KERNEL(rank16_rows)(f64* sums, i64 tiles) {
    scan_row<f64>(sums + blockIdx.x * tiles, tiles);
}
SEGLOSS_KERNEL(rank16_store)(const real* temp15, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, const f64* sums, real* out) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_store(view15{temp15, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums, out, g, 0);
}

struct view4 {
    const f32* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank20_tiles)(const f32* in4_target, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, f64* sums) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_tiles(view4{in4_target, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums);
}
SEGLOSS_KERNEL(rank20_rows)(f64* sums, i64 tiles) {
    scan_row<f64>(sums + blockIdx.x * tiles, tiles);
}
SEGLOSS_KERNEL(rank20_store)(const f32* in4_target, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, const f64* sums, real* out) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_store(view4{in4_target, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums, out, g, 0);
}

static __device__ __noinline__ void scalar2_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v31 = tables[(1 + batch * 1)] / tables[(2 + batch * 1)];
        tables[(3 + batch * 1)] = v31;
        const f64 v32 = (tables[0] != 0) ? 0.0 : v31;
        tables[(4 + batch * 1)] = v32;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass1_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, const real* __restrict__ temp16, const real* __restrict__ temp20, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    const u32 block = gridDim.x - 1 - blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const real t13 = (real)tables[1 + sample];
    const real t34 = (real)tables[(6 + batch * 1)];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 1];
    f64 sum29 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = ((tiles - 1 - t) * BLOCK + threadIdx.x) * 4;
        if (at >= pixels) continue;
        f32 x4[4];
        fetch<ALIGNED, 4>(in4_target + sample * pixels, at, pixels, x4);
        f32 x6[4];
        fetch<ALIGNED, 4>(in6_prediction + sample * pixels, at, pixels, x6);
        real x16[4];
        fetch<ALIGNED, 4>(temp16 + sample * pixels, at, pixels, x16);
        real x20[4];
        fetch<ALIGNED, 4>(temp20 + sample * pixels, at, pixels, x20);
        real o_out_gradient[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            const real v4 = (real)widen(x4[v]);
            const real v6 = (real)widen(x6[v]);
            const real v16 = (real)widen(x16[v]);
            const real v20 = (real)widen(x20[v]);
            const bool v5 = 0.5f < v4;
            const real v7 = -v6;
            const real v8 = v5 ? v7 : v6;
            const real v10 = v8 + 1.0f;
            const bool v11 = v10 <= 0.0f;
            const real v12 = v11 ? 0.0f : v10;
            const real v17 = t13 + v16;
            const real v18 = 1.0f / v17;
            const bool v19 = 1.0f < v17;
            const real v21 = t13 - v20;
            const real v22 = v17 - 1.0f;
            const real v23 = v19 ? v22 : 1.0f;
            const real v24 = v17 * v23;
            const real v25 = v21 / v24;
            const real v26 = v19 ? v25 : 1.0f;
            const real v27 = v5 ? v18 : v26;
            const real v28 = v12 * v27;
            const real v35 = v27 * t34;
            const real v36 = v11 ? 0.0f : v35;
            const real v37 = -v36;
            const real v38 = v5 ? v37 : v36;
            sum29 += (f64)v28;
            o_out_gradient[v] = (real)(v38);
        }
        put<ALIGNED, 4>(out_gradient + sample * pixels, at, pixels, o_out_gradient, accumulate);
    }
    sum29 = across_warp<Sum>(sum29);
    if (lane == 0) sums[warp * 1 + 0] = sum29;
    __syncthreads();
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[0 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 1 + 0 + k]);
        partials[(i64)(0 + k) * gridDim.x + block] = x;
    }
    if (!is_last_block(counter)) return;
    combine<Sum>(partials + (i64)0 * gridDim.x, 1, 1, gridDim.x, tables + (1 + batch * 1));
    __syncthreads();
    scalar2_body(batch, pixels, tables);
}
SEGLOSS_KERNEL(pass1)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, const real* __restrict__ temp16, const real* __restrict__ temp20, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass1_body<false>(batch, pixels, blocks, tables, in4_target, in6_prediction, temp16, temp20, out_gradient, accumulate, partials, counter);
}
SEGLOSS_KERNEL(pass1_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in6_prediction, const real* __restrict__ temp16, const real* __restrict__ temp20, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass1_body<true>(batch, pixels, blocks, tables, in4_target, in6_prediction, temp16, temp20, out_gradient, accumulate, partials, counter);
}
