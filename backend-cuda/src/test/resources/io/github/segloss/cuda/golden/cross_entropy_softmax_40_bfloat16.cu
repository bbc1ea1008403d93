typedef float real;
typedef long long ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const bool v2 = ((f64)batch * (f64)pixels) == 0.0;
        tables[0] = v2;
        const f64 v23 = v2 ? 1.0 : ((f64)batch * (f64)pixels);
        tables[2] = v23;
        const f64 v26 = v2 ? 0.0 : 1.0;
        tables[5] = v26;
        const f64 v27 = v26 / v23;
        tables[6] = v27;
        const f64 v28 = -v27;
        tables[7] = v28;
    }
    __syncthreads();
}
SEGLOSS_KERNEL(scalar0)(i64 batch, i64 pixels, f64* tables) {
    scalar0_body(batch, pixels, tables);
}

static __device__ __noinline__ void scalar1_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v24 = tables[1] / tables[2];
        tables[3] = v24;
        const f64 v25 = (tables[0] != 0) ? 0.0 : v24;
        tables[4] = v25;
        const f64 v48 = tables[8] + tables[9];
        tables[10] = v48;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const bf16* __restrict__ in4_prediction, const i64* __restrict__ in13_target, bf16* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const real t28 = (real)tables[7];
    const real t27 = (real)tables[6];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 3];
    f64 sum21 = Sum::start();
    f64 sum45 = Sum::start();
    f64 sum47 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 1 - 1) / (BLOCK * 1);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 1;
        if (at >= pixels) continue;
        i64 x13[1];
        fetch<ALIGNED, 1>(in13_target + sample * pixels, at, pixels, x13);
        real count45 = 0;
        real count47 = 0;
        #pragma unroll
        for (int v = 0; v < 1; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            ix v13 = (ix)widen(x13[v]);
            const bool v40 = v13 < 0;
            const bool v42 = 40 <= v13;
            const bool v43 = v40 || v42;
            const real v44 = v43 ? 1.0f : 0.0f;
            count45 += v44;
            ix v5 = 0;
            real v7 = (real)Max::start();
            real v17 = (real)Sum::start();
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v15 = (ix)c == v13;
                const real v16 = v15 ? v4 : 0.0f;
                const real v46 = v4 - v4;
                if (v4 > v7) v5 = c;
                v7 = Max::of(v7, v4);
                if (v15) v17 = v4;
                count47 += v46;
            }
            const bool v14 = v13 == v5;
            const real v18 = v17 - v7;
            const real v19 = v14 ? 0.0f : v18;
            const real v29 = v14 ? 0.0f : t28;
            const real v31 = -v29;
            real v11 = (real)Sum::start();
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v6 = (ix)c == v5;
                const real v8 = v4 - v7;
                const real v9 = expf(v8);
                const real v10 = v6 ? 0.0f : v9;
                if (!v6) v11 += v9;
            }
            const real v12 = log1pf(v11);
            const real v20 = v12 - v19;
            const real v32 = 1.0f + v11;
            const real v33 = t27 * inverse(v32);
            const real v34 = v33 * v11;
            const real v35 = v31 - v34;
            sum21 += (f64)v20;
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v6 = (ix)c == v5;
                const real v8 = v4 - v7;
                const real v9 = expf(v8);
                const bool v15 = (ix)c == v13;
                const real v30 = v15 & !v14 ? t28 : 0.0f;
                const real v36 = v33 * v9;
                const real v37 = v6 ? v35 : v36;
                const real v38 = v30 + v37;
                const real o_out_gradient[1] = {(real)(v38)};
                put<ALIGNED, 1>(out_gradient + (sample * 40 + c) * pixels, at, pixels, o_out_gradient, accumulate);
            }
        }
        sum45 += (f64)count45;
        sum47 += (f64)count47;
    }
    sum21 = across_warp<Sum>(sum21);
    if (lane == 0) sums[warp * 3 + 0] = sum21;
    sum45 = across_warp<Sum>(sum45);
    if (lane == 0) sums[warp * 3 + 1] = sum45;
    sum47 = across_warp<Sum>(sum47);
    if (lane == 0) sums[warp * 3 + 2] = sum47;
    __syncthreads();
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[0 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 3 + 0 + k]);
        partials[(i64)(0 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[1 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 3 + 1 + k]);
        partials[(i64)(1 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[2 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 3 + 2 + k]);
        partials[(i64)(2 + k) * gridDim.x + block] = x;
    }
    if (!is_last_block(counter)) return;
    combine<Sum>(partials + (i64)0 * gridDim.x, 1, 1, gridDim.x, tables + 1);
    combine<Sum>(partials + (i64)1 * gridDim.x, 1, 1, gridDim.x, tables + 8);
    combine<Sum>(partials + (i64)2 * gridDim.x, 1, 1, gridDim.x, tables + 9);
    __syncthreads();
    scalar1_body(batch, pixels, tables);
}
SEGLOSS_KERNEL(pass0)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const bf16* __restrict__ in4_prediction, const i64* __restrict__ in13_target, bf16* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass0_body<false>(batch, pixels, blocks, tables, in4_prediction, in13_target, out_gradient, accumulate, partials, counter);
}
