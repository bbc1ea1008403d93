typedef float real;
typedef long long ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const bool v2 = ((f64)batch * (f64)pixels) == 0.0;
        tables[0] = v2;
        const f64 v24 = v2 ? 1.0 : ((f64)batch * (f64)pixels);
        tables[2] = v24;
        const f64 v27 = v2 ? 0.0 : 1.0;
        tables[5] = v27;
        const f64 v28 = v27 / v24;
        tables[6] = v28;
        const f64 v29 = -v28;
        tables[7] = v29;
    }
    __syncthreads();
}
SEGLOSS_KERNEL(scalar0)(i64 batch, i64 pixels, f64* tables) {
    scalar0_body(batch, pixels, tables);
}

static __device__ __noinline__ void scalar1_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v25 = tables[1] / tables[2];
        tables[3] = v25;
        const f64 v26 = (tables[0] != 0) ? 0.0 : v25;
        tables[4] = v26;
        const f64 v52 = tables[8] + tables[9];
        tables[10] = v52;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const bf16* __restrict__ in4_prediction, const i64* __restrict__ in14_target, bf16* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const real t29 = (real)tables[7];
    const real t28 = (real)tables[6];
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 3];
    f64 sum22 = Sum::start();
    f64 sum49 = Sum::start();
    f64 sum51 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 1 - 1) / (BLOCK * 1);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 1;
        if (at >= pixels) continue;
        i64 x14[1];
        fetch<ALIGNED, 1>(in14_target + sample * pixels, at, pixels, x14);
        real count49 = 0;
        real count51 = 0;
        #pragma unroll
        for (int v = 0; v < 1; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            ix v14 = (ix)widen(x14[v]);
            const bool v44 = v14 < 0;
            const bool v46 = 40 <= v14;
            const bool v47 = v44 || v46;
            const real v48 = v47 ? 1.0f : 0.0f;
            count49 += v48;
            ix v5 = 0;
            real v7 = (real)Max::start();
            real v18 = (real)Sum::start();
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v16 = (ix)c == v14;
                const real v17 = v16 ? v4 : 0.0f;
                const real v50 = v4 - v4;
                if (v4 > v7) v5 = c;
                v7 = Max::of(v7, v4);
                if (v16) v18 = v4;
                count51 += v50;
            }
            const bool v15 = v14 == v5;
            const real v19 = v18 - v7;
            const real v20 = v15 ? 0.0f : v19;
            const real v30 = v15 ? 0.0f : t29;
            const real v38 = -v30;
            real v12 = (real)Sum::start();
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v6 = (ix)c == v5;
                const real v8 = v4 - v7;
                const real v9 = v6 ? 0.0f : v8;
                const real v10 = expf(v9);
                const real v11 = v6 ? 0.0f : v10;
                if (!v6) v12 += v10;
            }
            const real v13 = log1pf(v12);
            const real v21 = v13 - v20;
            const real v32 = 1.0f + v12;
            const real v33 = t28 * inverse(v32);
            sum22 += (f64)v21;
            real v39 = (real)Sum::start();
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v6 = (ix)c == v5;
                const real v8 = v4 - v7;
                const real v9 = v6 ? 0.0f : v8;
                const real v10 = expf(v9);
                const real v34 = v6 ? 0.0f : v33;
                const real v35 = v34 * v10;
                const real v36 = v6 ? 0.0f : v35;
                if (!v6) v39 += v35;
            }
            const real v40 = v38 - v39;
            #pragma unroll 4
            for (int c = 0; c < 40; ++c) {
                const real v4 = (real)widen(in4_prediction[(at < pixels ? at : pixels - 1) + (sample * 40 + c) * pixels]);
                const bool v6 = (ix)c == v5;
                const real v8 = v4 - v7;
                const real v9 = v6 ? 0.0f : v8;
                const real v10 = expf(v9);
                const bool v16 = (ix)c == v14;
                const real v31 = v16 & !v15 ? t29 : 0.0f;
                const real v34 = v6 ? 0.0f : v33;
                const real v35 = v34 * v10;
                const real v36 = v6 ? 0.0f : v35;
                const real v37 = !v6 ? v31 + v35 : v31;
                const real v41 = v6 ? v40 : 0.0f;
                const real v42 = v6 ? v37 + v40 : v37;
                const real o_out_gradient[1] = {(real)(v42)};
                put<ALIGNED, 1>(out_gradient + (sample * 40 + c) * pixels, at, pixels, o_out_gradient, accumulate);
            }
        }
        sum49 += (f64)count49;
        sum51 += (f64)count51;
    }
    sum22 = across_warp<Sum>(sum22);
    if (lane == 0) sums[warp * 3 + 0] = sum22;
    sum49 = across_warp<Sum>(sum49);
    if (lane == 0) sums[warp * 3 + 1] = sum49;
    sum51 = across_warp<Sum>(sum51);
    if (lane == 0) sums[warp * 3 + 2] = sum51;
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
SEGLOSS_KERNEL(pass0)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const bf16* __restrict__ in4_prediction, const i64* __restrict__ in14_target, bf16* __restrict__ out_gradient, i64 accumulate, f64* partials, u32* counter) {
    pass0_body<false>(batch, pixels, blocks, tables, in4_prediction, in14_target, out_gradient, accumulate, partials, counter);
}
