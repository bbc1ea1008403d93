typedef float real;
typedef int ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v2 = 4.0 * ((f64)batch);
        tables[0] = v2;
        const bool v4 = v2 == 0.0;
        tables[1] = v4;
        const f64 v37 = v4 ? 1.0 : v2;
        tables[(3 + batch * 36)] = v37;
        const f64 v40 = v4 ? 0.0 : 1.0;
        tables[(6 + batch * 36)] = v40;
        const f64 v41 = v40 / v37;
        tables[(7 + batch * 36)] = v41;
    }
    __syncthreads();
}
SEGLOSS_KERNEL(scalar0)(i64 batch, i64 pixels, f64* tables) {
    scalar0_body(batch, pixels, tables);
}

static __device__ __noinline__ void scalar1_body(i64 batch, i64 pixels, f64* tables) {
    for (i64 i = threadIdx.x; i < batch * 4; i += BLOCK) {
        const i64 sample = i / 4;
        const i64 c = i % 4;
        const f64 v23 = tables[2 + sample * 4 + c] * 2.0;
        tables[(2 + batch * 4) + sample * 4 + c] = v23;
        const f64 v29 = v23 + tables[(2 + batch * 8) + sample * 4 + c];
        tables[(2 + batch * 12) + sample * 4 + c] = v29;
        const f64 v31 = v29 + 1.0E-5;
        tables[(2 + batch * 16) + sample * 4 + c] = v31;
        const bool v32 = v31 == 0.0;
        tables[(2 + batch * 20) + sample * 4 + c] = v32;
        const f64 v33 = v32 ? 1.0 : v31;
        tables[(2 + batch * 24) + sample * 4 + c] = v33;
        const f64 v34 = tables[(2 + batch * 8) + sample * 4 + c] / v33;
        tables[(2 + batch * 28) + sample * 4 + c] = v34;
        const f64 v35 = v32 ? 0.0 : v34;
        tables[(2 + batch * 32) + sample * 4 + c] = v35;
    }
    __syncthreads();
    const f64 v36 = combine_all<Sum>(batch * 4, [&](i64 m) -> f64 { return tables[(2 + batch * 32) + m / 4 * 4 + m % 4]; });
    if (threadIdx.x == 0) {
        tables[(2 + batch * 36)] = v36;
        const f64 v38 = v36 / tables[(3 + batch * 36)];
        tables[(4 + batch * 36)] = v38;
        const f64 v39 = (tables[1] != 0) ? 0.0 : v38;
        tables[(5 + batch * 36)] = v39;
    }
    __syncthreads();
    for (i64 i = threadIdx.x; i < batch * 4; i += BLOCK) {
        const i64 sample = i / 4;
        const i64 c = i % 4;
        const f64 v42 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? 0.0 : tables[(7 + batch * 36)];
        tables[(8 + batch * 36) + sample * 4 + c] = v42;
        const f64 v43 = v42 * tables[(2 + batch * 28) + sample * 4 + c];
        tables[(8 + batch * 40) + sample * 4 + c] = v43;
        const f64 v44 = v43 / tables[(2 + batch * 24) + sample * 4 + c];
        tables[(8 + batch * 44) + sample * 4 + c] = v44;
        const f64 v45 = -v44;
        tables[(8 + batch * 48) + sample * 4 + c] = v45;
        const f64 v46 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? 0.0 : v45;
        tables[(8 + batch * 52) + sample * 4 + c] = v46;
        const f64 v47 = v46 * 2.0;
        tables[(8 + batch * 56) + sample * 4 + c] = v47;
        const f64 v48 = v42 / tables[(2 + batch * 24) + sample * 4 + c];
        tables[(8 + batch * 60) + sample * 4 + c] = v48;
        const f64 v49 = v47 - v48;
        tables[(8 + batch * 64) + sample * 4 + c] = v49;
        const f64 v50 = v48 - v44;
        tables[(8 + batch * 68) + sample * 4 + c] = v50;
        const f64 v51 = v47 - v50;
        tables[(8 + batch * 72) + sample * 4 + c] = v51;
        const f64 v52 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? v49 : v51;
        tables[(8 + batch * 76) + sample * 4 + c] = v52;
        const f64 v53 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? v48 : v50;
        tables[(8 + batch * 80) + sample * 4 + c] = v53;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        const f64 v74 = tables[(8 + batch * 84)] + tables[(9 + batch * 84)];
        tables[(10 + batch * 84)] = v74;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 10];
    f64 sum21[4];
    #pragma unroll
    for (int c = 0; c < 4; ++c) sum21[c] = Sum::start();
    f64 sum28[4];
    #pragma unroll
    for (int c = 0; c < 4; ++c) sum28[c] = Sum::start();
    f64 sum71 = Sum::start();
    f64 sum73 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 4;
        if (at >= pixels) continue;
        u8 x6[4];
        fetch<ALIGNED, 4>(in6_target + sample * pixels, at, pixels, x6);
        f32 x8[4][4];
        #pragma unroll
        for (int c = 0; c < 4; ++c) fetch<ALIGNED, 4>(in8_prediction + (sample * 4 + c) * pixels, at, pixels, x8[c]);
        real count71 = 0;
        real count73 = 0;
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            ix v6 = (ix)widen(x6[v]);
            const bool v66 = v6 < 0;
            const bool v68 = 4 <= v6;
            const bool v69 = v66 || v68;
            const real v70 = v69 ? 1.0f : 0.0f;
            count71 += v70;
            ix v13 = 0;
            real v9 = (real)Max::start();
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                const real v72 = v8 - v8;
                if (v8 > v9) v13 = c;
                v9 = Max::of(v9, v8);
                count73 += v72;
            }
            real s11[4];
            real v16 = (real)Sum::start();
            forget(v6);
            forget(v13);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                const real v10 = v8 - v9;
                const real v11 = expf(v10);
                s11[c] = v11;
                const bool v14 = (ix)c == v13;
                const real v15 = v14 ? 0.0f : v11;
                if (!v14) v16 += v11;
            }
            const real v17 = 1.0f + v16;
            const real v18 = 1.0f * inverse(v17);
            const real v24 = v16 * v18;
            real hit21 = 0;
            forget(v6);
            forget(v13);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v7 = (ix)c == v6;
                const bool v14 = (ix)c == v13;
                const real v19 = s11[c] * v18;
                const real v20 = v7 ? v19 : 0.0f;
                const real v25 = 1.0f - v19;
                const real v26 = v14 ? v24 : v25;
                const real v27 = v7 ? v26 : v19;
                if (v7) hit21 = v19;
                sum28[c] += (f64)v27;
            }
            #pragma unroll
            for (int c = 0; c < 4; ++c) if ((ix)c == v6) sum21[c] += (f64)hit21;
        }
        sum71 += (f64)count71;
        sum73 += (f64)count73;
    }
    #pragma unroll
    for (int c = 0; c < 4; ++c) {
        const f64 x = across_warp<Sum>(sum21[c]);
        if (lane == 0) sums[warp * 10 + 0 + c] = x;
    }
    #pragma unroll
    for (int c = 0; c < 4; ++c) {
        const f64 x = across_warp<Sum>(sum28[c]);
        if (lane == 0) sums[warp * 10 + 4 + c] = x;
    }
    sum71 = across_warp<Sum>(sum71);
    if (lane == 0) sums[warp * 10 + 8] = sum71;
    sum73 = across_warp<Sum>(sum73);
    if (lane == 0) sums[warp * 10 + 9] = sum73;
    __syncthreads();
    for (int k = threadIdx.x; k < 4; k += BLOCK) {
        f64 x = sums[0 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 10 + 0 + k]);
        partials[(i64)(0 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 4; k += BLOCK) {
        f64 x = sums[4 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 10 + 4 + k]);
        partials[(i64)(4 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[8 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 10 + 8 + k]);
        partials[(i64)(8 + k) * gridDim.x + block] = x;
    }
    for (int k = threadIdx.x; k < 1; k += BLOCK) {
        f64 x = sums[9 + k];
        for (int w = 1; w < WARPS; ++w) x = Sum::of(x, sums[w * 10 + 9 + k]);
        partials[(i64)(9 + k) * gridDim.x + block] = x;
    }
    if (!is_last_block(counter)) return;
    combine<Sum>(partials + (i64)0 * gridDim.x, 4, batch, blocks, tables + 2);
    combine<Sum>(partials + (i64)4 * gridDim.x, 4, batch, blocks, tables + (2 + batch * 8));
    combine<Sum>(partials + (i64)8 * gridDim.x, 1, 1, gridDim.x, tables + (8 + batch * 84));
    combine<Sum>(partials + (i64)9 * gridDim.x, 1, 1, gridDim.x, tables + (9 + batch * 84));
    __syncthreads();
    scalar1_body(batch, pixels, tables);
}
SEGLOSS_KERNEL(pass0)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f64* partials, u32* counter) {
    pass0_body<false>(batch, pixels, blocks, tables, in6_target, in8_prediction, partials, counter);
}
SEGLOSS_KERNEL(pass0_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f64* partials, u32* counter) {
    pass0_body<true>(batch, pixels, blocks, tables, in6_target, in8_prediction, partials, counter);
}

template <bool ALIGNED> INLINE void pass1_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f32* __restrict__ out_gradient, i64 accumulate) {
    const u32 block = gridDim.x - 1 - blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    __shared__ real t52[4];
    for (int c = threadIdx.x; c < 4; c += BLOCK) t52[c] = (real)tables[(8 + batch * 76) + sample * 4 + c];
    __shared__ real t53[4];
    for (int c = threadIdx.x; c < 4; c += BLOCK) t53[c] = (real)tables[(8 + batch * 80) + sample * 4 + c];
    __syncthreads();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = ((tiles - 1 - t) * BLOCK + threadIdx.x) * 4;
        if (at >= pixels) continue;
        u8 x6[4];
        fetch<ALIGNED, 4>(in6_target + sample * pixels, at, pixels, x6);
        f32 x8[4][4];
        #pragma unroll
        for (int c = 0; c < 4; ++c) fetch<ALIGNED, 4>(in8_prediction + (sample * 4 + c) * pixels, at, pixels, x8[c]);
        real o_out_gradient[4][4];
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            ix v6 = (ix)widen(x6[v]);
            ix v13 = 0;
            real v9 = (real)Max::start();
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                if (v8 > v9) v13 = c;
                v9 = Max::of(v9, v8);
            }
            real s11[4];
            real v16 = (real)Sum::start();
            real v56 = (real)Sum::start();
            forget(v6);
            forget(v13);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v7 = (ix)c == v6;
                const real v8 = (real)widen(x8[c][v]);
                const real v10 = v8 - v9;
                const real v11 = expf(v10);
                s11[c] = v11;
                const bool v14 = (ix)c == v13;
                const real v15 = v14 ? 0.0f : v11;
                const real v54 = v7 ? t52[c] : t53[c];
                const real v55 = v54 * v11;
                if (!v14) v16 += v11;
                v56 += v55;
            }
            const real v17 = 1.0f + v16;
            const real v18 = 1.0f * inverse(v17);
            const real v57 = v56 * v18;
            real s60[4];
            real v62 = (real)Sum::start();
            forget(v6);
            forget(v13);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v7 = (ix)c == v6;
                const bool v14 = (ix)c == v13;
                const real v54 = v7 ? t52[c] : t53[c];
                const real v58 = v54 - v57;
                const real v59 = v18 * v58;
                const real v60 = v59 * s11[c];
                s60[c] = v60;
                const real v61 = v14 ? 0.0f : v60;
                if (!v14) v62 += v60;
            }
            const real v63 = -v62;
            forget(v6);
            forget(v13);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v14 = (ix)c == v13;
                const real v64 = v14 ? v63 : s60[c];
                o_out_gradient[c][v] = (real)(v64);
            }
        }
        #pragma unroll
        for (int c = 0; c < 4; ++c) put<ALIGNED, 4>(out_gradient + (sample * 4 + c) * pixels, at, pixels, o_out_gradient[c], accumulate);
    }
}
SEGLOSS_KERNEL(pass1)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f32* __restrict__ out_gradient, i64 accumulate) {
    pass1_body<false>(batch, pixels, blocks, tables, in6_target, in8_prediction, out_gradient, accumulate);
}
SEGLOSS_KERNEL(pass1_aligned)(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f32* __restrict__ out_gradient, i64 accumulate) {
    pass1_body<true>(batch, pixels, blocks, tables, in6_target, in8_prediction, out_gradient, accumulate);
}
