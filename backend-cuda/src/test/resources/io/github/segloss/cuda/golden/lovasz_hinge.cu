typedef float real;
typedef int ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const bool v2 = ((f64)batch) == 0.0;
        tables[0] = v2;
        const f64 v33 = v2 ? 1.0 : ((f64)batch);
        tables[(2 + batch * 1)] = v33;
        const f64 v37 = v2 ? 0.0 : 1.0;
        tables[(5 + batch * 1)] = v37;
        const f64 v38 = v37 / v33;
        tables[(6 + batch * 1)] = v38;
    }
    __syncthreads();
}
SEGLOSS_KERNEL(scalar0)(i64 batch, i64 pixels, f64* tables) {
    scalar0_body(batch, pixels, tables);
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, real* __restrict__ temp16, real* __restrict__ temp18, real* __restrict__ temp7, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 2];
    f64 sum15 = Sum::start();
    f64 sum50 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    const i64 start = (first * BLOCK + threadIdx.x) * 4;
    f32 a4[4];
    f32 a9[4];
    if (start < pixels) {
        fetch<ALIGNED, 4>(in4_target + sample * pixels, start, pixels, a4);
        fetch<ALIGNED, 4>(in9_prediction + sample * pixels, start, pixels, a9);
    }
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 4;
        f32 x4[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) x4[v] = a4[v];
        f32 x9[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) x9[v] = a9[v];
        const i64 next = at + blocks * (BLOCK * 4);
        if (next < pixels) {
            fetch<ALIGNED, 4>(in4_target + sample * pixels, next, pixels, a4);
            fetch<ALIGNED, 4>(in9_prediction + sample * pixels, next, pixels, a9);
        }
        if (at >= pixels) continue;
        real count15 = 0;
        real count50 = 0;
        real o_temp16[4];
        real o_temp18[4];
        real o_temp7[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            const real v4 = (real)widen(x4[v]);
            const real v9 = (real)widen(x9[v]);
            const bool v6 = v4 == 1.0f;
            const real v7 = v6 ? 1.0f : 0.0f;
            const bool v8 = 0.5f < v7;
            const real v10 = -v9;
            const real v11 = v8 ? v10 : v9;
            const real v12 = v11 + 1.0f;
            const real v16 = v12;
            const bool v17 = !v6;
            const real v18 = v17 ? 1.0f : 0.0f;
            const real v44 = v9 - v9;
            const bool v45 = v4 == 0.0f;
            const bool v46 = v45 || v6;
            const bool v47 = !v46;
            const real v48 = v47 ? 1.0f : 0.0f;
            const real v49 = v44 + v48;
            count15 += v7;
            count50 += v49;
            o_temp16[v] = (real)(v16);
            o_temp18[v] = (real)(v18);
            o_temp7[v] = (real)(v7);
        }
        sum15 += (f64)count15;
        sum50 += (f64)count50;
        put<ALIGNED, 4>(temp16 + sample * pixels, at, pixels, o_temp16, false);
        put<ALIGNED, 4>(temp18 + sample * pixels, at, pixels, o_temp18, false);
        put<ALIGNED, 4>(temp7 + sample * pixels, at, pixels, o_temp7, false);
    }
    sum15 = across_warp<Sum>(sum15);
    if (lane == 0) sums[warp * 2 + 0] = sum15;
    sum50 = across_warp<Sum>(sum50);
    if (lane == 0) sums[warp * 2 + 1] = sum50;
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
SEGLOSS_KERNEL(pass0)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, real* __restrict__ temp16, real* __restrict__ temp18, real* __restrict__ temp7, f64* partials, u32* counter) {
    pass0_body<false>(batch, pixels, blocks, tables, in4_target, in9_prediction, temp16, temp18, temp7, partials, counter);
}
SEGLOSS_KERNEL(pass0_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, real* __restrict__ temp16, real* __restrict__ temp18, real* __restrict__ temp7, f64* partials, u32* counter) {
    pass0_body<true>(batch, pixels, blocks, tables, in4_target, in9_prediction, temp16, temp18, temp7, partials, counter);
}

struct view16 {
    const real* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank19_prepare)(const real* temp16, i64 pixels, i64 length, i64 groups, keybits* bits, u32* order) {
    rank_prepare(view16{temp16, pixels}, 1, pixels, length, groups, bits, order);
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

struct view18 {
    const real* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank19_tiles)(const real* temp18, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, f64* sums) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_tiles(view18{temp18, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums);
}
SEGLOSS_KERNEL(rank19_rows)(f64* sums, i64 tiles) {
    scan_row<f64>(sums + blockIdx.x * tiles, tiles);
}
SEGLOSS_KERNEL(rank19_store)(const real* temp18, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, const f64* sums, real* out) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_store(view18{temp18, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums, out, g, 0);
}

struct view7 {
    const real* data;
    i64 pixels;
    __device__ __forceinline__ real operator()(i64 sample, i64 c, i64 s) const { return (real)((real)widen(data[(sample) * pixels + s])); }
};
SEGLOSS_KERNEL(rank22_tiles)(const real* temp7, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, f64* sums) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_tiles(view7{temp7, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums);
}
SEGLOSS_KERNEL(rank22_rows)(f64* sums, i64 tiles) {
    scan_row<f64>(sums + blockIdx.x * tiles, tiles);
}
SEGLOSS_KERNEL(rank22_store)(const real* temp7, i64 pixels, i64 length, i64 tiles, const keybits* bits, const u32* order, const f64* sums, real* out) {
    const i64 g = blockIdx.x / tiles, sample = g / 1, c = g % 1;
    const i64 keyGroup = sample * 1;
    rank_store(view7{temp7, pixels}, bits, order, keyGroup, sample, c, pixels, length, tiles, sums, out, g, 0);
}

static __device__ __noinline__ void scalar2_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v34 = tables[(1 + batch * 1)] / tables[(2 + batch * 1)];
        tables[(3 + batch * 1)] = v34;
        const f64 v35 = (tables[0] != 0) ? 0.0 : v34;
        tables[(4 + batch * 1)] = v35;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass1_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, const real* __restrict__ temp19, const real* __restrict__ temp22, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    const u32 block = gridDim.x - 1 - blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const real t15 = (real)tables[1 + sample];
    const real t38 = (real)tables[(6 + batch * 1)];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 1];
    f64 sum32 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = ((tiles - 1 - t) * BLOCK + threadIdx.x) * 4;
        if (at >= pixels) continue;
        f32 x4[4];
        fetch<ALIGNED, 4>(in4_target + sample * pixels, at, pixels, x4);
        f32 x9[4];
        fetch<ALIGNED, 4>(in9_prediction + sample * pixels, at, pixels, x9);
        real x19[4];
        fetch<ALIGNED, 4>(temp19 + sample * pixels, at, pixels, x19);
        real x22[4];
        fetch<ALIGNED, 4>(temp22 + sample * pixels, at, pixels, x22);
        real o_out_gradient[4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            const real v4 = (real)widen(x4[v]);
            const real v9 = (real)widen(x9[v]);
            const real v19 = (real)widen(x19[v]);
            const real v22 = (real)widen(x22[v]);
            const bool v6 = v4 == 1.0f;
            const real v7 = v6 ? 1.0f : 0.0f;
            const bool v8 = 0.5f < v7;
            const real v10 = -v9;
            const real v11 = v8 ? v10 : v9;
            const real v12 = v11 + 1.0f;
            const bool v13 = v12 <= 0.0f;
            const real v14 = v13 ? 0.0f : v12;
            const real v20 = t15 + v19;
            const bool v21 = 1.0f < v20;
            const real v23 = t15 - v22;
            const real v24 = v21 ? v23 : 1.0f;
            const real v25 = v8 ? 1.0f : v24;
            const real v26 = v20 - 1.0f;
            const real v27 = v20 * v26;
            const real v28 = v21 ? v27 : 1.0f;
            const real v29 = v8 ? v20 : v28;
            const real v30 = v25 / v29;
            const real v31 = v14 * v30;
            const bool v36 = v8 || v13;
            const real v39 = v30 * t38;
            const real v40 = v36 ? 0.0f : v39;
            const real v41 = v13 ? 0.0f : v39;
            const real v42 = v8 & !v13 ? v39 : 0.0f;
            const real v43 = v40 - v42;
            sum32 += (f64)v31;
            o_out_gradient[v] = (real)(v43);
        }
        put<ALIGNED, 4>(out_gradient + sample * pixels, at, pixels, o_out_gradient, accumulate);
    }
    sum32 = across_warp<Sum>(sum32);
    if (lane == 0) sums[warp * 1 + 0] = sum32;
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
SEGLOSS_KERNEL(pass1)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, const real* __restrict__ temp19, const real* __restrict__ temp22, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass1_body<false>(batch, pixels, blocks, tables, in4_target, in9_prediction, temp19, temp22, out_gradient, accumulate, partials, counter);
}
SEGLOSS_KERNEL(pass1_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const f32* __restrict__ in4_target, const f32* __restrict__ in9_prediction, const real* __restrict__ temp19, const real* __restrict__ temp22, f32* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass1_body<true>(batch, pixels, blocks, tables, in4_target, in9_prediction, temp19, temp22, out_gradient, accumulate, partials, counter);
}
