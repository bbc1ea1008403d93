typedef float real;
typedef int ix;

static __device__ __noinline__ void scalar0_body(i64 batch, i64 pixels, f64* tables) {
    if (threadIdx.x == 0) {
        const f64 v2 = 4.0 * ((f64)batch);
        tables[0] = v2;
        const bool v4 = v2 == 0.0;
        tables[1] = v4;
        const f64 v38 = v4 ? 1.0 : v2;
        tables[(3 + batch * 36)] = v38;
        const f64 v41 = v4 ? 0.0 : 1.0;
        tables[(6 + batch * 36)] = v41;
        const f64 v42 = v41 / v38;
        tables[(7 + batch * 36)] = v42;
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
        const f64 v24 = tables[2 + sample * 4 + c] * 2.0;
        tables[(2 + batch * 4) + sample * 4 + c] = v24;
        const f64 v30 = v24 + tables[(2 + batch * 8) + sample * 4 + c];
        tables[(2 + batch * 12) + sample * 4 + c] = v30;
        const f64 v32 = v30 + 1.0E-5;
        tables[(2 + batch * 16) + sample * 4 + c] = v32;
        const bool v33 = v32 == 0.0;
        tables[(2 + batch * 20) + sample * 4 + c] = v33;
        const f64 v34 = v33 ? 1.0 : v32;
        tables[(2 + batch * 24) + sample * 4 + c] = v34;
        const f64 v35 = tables[(2 + batch * 8) + sample * 4 + c] / v34;
        tables[(2 + batch * 28) + sample * 4 + c] = v35;
        const f64 v36 = v33 ? 0.0 : v35;
        tables[(2 + batch * 32) + sample * 4 + c] = v36;
    }
    __syncthreads();
    const f64 v37 = combine_all<Sum>(batch * 4, [&](i64 m) -> f64 { return tables[(2 + batch * 32) + m / 4 * 4 + m % 4]; });
    if (threadIdx.x == 0) {
        tables[(2 + batch * 36)] = v37;
        const f64 v39 = v37 / tables[(3 + batch * 36)];
        tables[(4 + batch * 36)] = v39;
        const f64 v40 = (tables[1] != 0) ? 0.0 : v39;
        tables[(5 + batch * 36)] = v40;
    }
    __syncthreads();
    for (i64 i = threadIdx.x; i < batch * 4; i += BLOCK) {
        const i64 sample = i / 4;
        const i64 c = i % 4;
        const f64 v43 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? 0.0 : tables[(7 + batch * 36)];
        tables[(8 + batch * 36) + sample * 4 + c] = v43;
        const f64 v44 = v43 / tables[(2 + batch * 24) + sample * 4 + c];
        tables[(8 + batch * 40) + sample * 4 + c] = v44;
        const f64 v45 = v43 * tables[(2 + batch * 28) + sample * 4 + c];
        tables[(8 + batch * 44) + sample * 4 + c] = v45;
        const f64 v46 = v45 / tables[(2 + batch * 24) + sample * 4 + c];
        tables[(8 + batch * 48) + sample * 4 + c] = v46;
        const f64 v47 = -v46;
        tables[(8 + batch * 52) + sample * 4 + c] = v47;
        const f64 v48 = (tables[(2 + batch * 20) + sample * 4 + c] != 0) ? 0.0 : v47;
        tables[(8 + batch * 56) + sample * 4 + c] = v48;
        const f64 v49 = v44 + v48;
        tables[(8 + batch * 60) + sample * 4 + c] = v49;
        const f64 v54 = v48 * 2.0;
        tables[(8 + batch * 64) + sample * 4 + c] = v54;
    }
    __syncthreads();
    if (threadIdx.x == 0) {
        const f64 v84 = tables[(8 + batch * 68)] + tables[(9 + batch * 68)];
        tables[(10 + batch * 68)] = v84;
    }
    __syncthreads();
}

template <bool ALIGNED> INLINE void pass0_body(i64 batch, i64 pixels, i64 blocks, f64* __restrict__ tables, const u8* __restrict__ in6_target, const f32* __restrict__ in8_prediction, f64* partials, u32* counter) {
    const u32 block = blockIdx.x;
    const i64 sample = block / (u32)blocks, first = block % (u32)blocks;
    const int lane = threadIdx.x % LANES, warp = threadIdx.x / LANES;
    __shared__ f64 sums[WARPS * 10];
    f64 sum22[4];
    #pragma unroll
    for (int c = 0; c < 4; ++c) sum22[c] = Sum::start();
    f64 sum29[4];
    #pragma unroll
    for (int c = 0; c < 4; ++c) sum29[c] = Sum::start();
    f64 sum81 = Sum::start();
    f64 sum83 = Sum::start();
    const i64 tiles = (pixels + BLOCK * 4 - 1) / (BLOCK * 4);
    for (i64 t = first; t < tiles; t += blocks) {
        const i64 at = (t * BLOCK + threadIdx.x) * 4;
        if (at >= pixels) continue;
        u8 x6[4];
        fetch<ALIGNED, 4>(in6_target + sample * pixels, at, pixels, x6);
        f32 x8[4][4];
        #pragma unroll
        for (int c = 0; c < 4; ++c) fetch<ALIGNED, 4>(in8_prediction + (sample * 4 + c) * pixels, at, pixels, x8[c]);
        real count81 = 0;
        real count83 = 0;
        #pragma unroll
        for (int v = 0; v < 4; ++v) {
            if (!ALIGNED && at + v >= pixels) continue;
            ix v6 = (ix)widen(x6[v]);
            const bool v76 = v6 < 0;
            const bool v78 = 4 <= v6;
            const bool v79 = v76 || v78;
            const real v80 = v79 ? 1.0f : 0.0f;
            count81 += v80;
            ix v9 = 0;
            real v11 = (real)Max::start();
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                const real v82 = v8 - v8;
                if (v8 > v11) v9 = c;
                v11 = Max::of(v11, v8);
                count83 += v82;
            }
            real s14[4];
            real v17 = (real)Sum::start();
            forget(v6);
            forget(v9);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                const bool v10 = (ix)c == v9;
                const real v12 = v8 - v11;
                const real v13 = v10 ? 0.0f : v12;
                const real v14 = expf(v13);
                s14[c] = v14;
                const real v16 = v10 ? 0.0f : v14;
                if (!v10) v17 += v14;
            }
            const real v18 = 1.0f + v17;
            const real v19 = 1.0f * inverse(v18);
            const real v25 = v17 * v19;
            real hit22 = 0;
            forget(v6);
            forget(v9);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v7 = (ix)c == v6;
                const bool v10 = (ix)c == v9;
                const real v20 = s14[c] * v19;
                const real v21 = v7 ? v20 : 0.0f;
                const real v26 = 1.0f - v20;
                const real v27 = v10 ? v25 : v26;
                const real v28 = v7 ? v27 : v20;
                if (v7) hit22 = v20;
                sum29[c] += (f64)v28;
            }
            #pragma unroll
            for (int c = 0; c < 4; ++c) if ((ix)c == v6) sum22[c] += (f64)hit22;
        }
        sum81 += (f64)count81;
        sum83 += (f64)count83;
    }
    #pragma unroll
    for (int c = 0; c < 4; ++c) {
        const f64 x = across_warp<Sum>(sum22[c]);
        if (lane == 0) sums[warp * 10 + 0 + c] = x;
    }
    #pragma unroll
    for (int c = 0; c < 4; ++c) {
        const f64 x = across_warp<Sum>(sum29[c]);
        if (lane == 0) sums[warp * 10 + 4 + c] = x;
    }
    sum81 = across_warp<Sum>(sum81);
    if (lane == 0) sums[warp * 10 + 8] = sum81;
    sum83 = across_warp<Sum>(sum83);
    if (lane == 0) sums[warp * 10 + 9] = sum83;
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
    combine<Sum>(partials + (i64)8 * gridDim.x, 1, 1, gridDim.x, tables + (8 + batch * 68));
    combine<Sum>(partials + (i64)9 * gridDim.x, 1, 1, gridDim.x, tables + (9 + batch * 68));
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
    __shared__ real t49[4];
    for (int c = threadIdx.x; c < 4; c += BLOCK) t49[c] = (real)tables[(8 + batch * 60) + sample * 4 + c];
    __shared__ real t54[4];
    for (int c = threadIdx.x; c < 4; c += BLOCK) t54[c] = (real)tables[(8 + batch * 64) + sample * 4 + c];
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
            ix v9 = 0;
            real v11 = (real)Max::start();
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const real v8 = (real)widen(x8[c][v]);
                if (v8 > v11) v9 = c;
                v11 = Max::of(v11, v8);
            }
            real s14[4];
            real s56[4];
            real v17 = (real)Sum::start();
            real v59 = (real)Sum::start();
            real v63 = (real)Sum::start();
            forget(v6);
            forget(v9);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v7 = (ix)c == v6;
                const real v8 = (real)widen(x8[c][v]);
                const bool v10 = (ix)c == v9;
                const real v12 = v8 - v11;
                const real v13 = v10 ? 0.0f : v12;
                const real v14 = expf(v13);
                s14[c] = v14;
                const real v16 = v10 ? 0.0f : v14;
                const real v50 = v7 ? 0.0f : t49[c];
                const real v51 = v7 ? t49[c] : 0.0f;
                const real v52 = !v10 & v7 ? t49[c] : 0.0f;
                const real v53 = v50 - v52;
                const real v55 = v7 ? t54[c] : 0.0f;
                const real v56 = v7 ? v53 + t54[c] : v53;
                s56[c] = v56;
                const real v58 = v10 & v7 ? t49[c] : 0.0f;
                const real v62 = v56 * v14;
                if (!v10) v17 += v14;
                if (v10 & v7) v59 = t49[c];
                v63 += v62;
            }
            const real v18 = 1.0f + v17;
            const real v19 = 1.0f * inverse(v18);
            const real v60 = v59 * v19;
            const real v61 = v59 * v17;
            const real v64 = v61 + v63;
            const real v65 = v64 * v19;
            const real v66 = v65 * inverse(v18);
            const real v67 = v60 - v66;
            real s70[4];
            real v72 = (real)Sum::start();
            forget(v6);
            forget(v9);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v10 = (ix)c == v9;
                const real v57 = s56[c] * v19;
                const real v68 = v10 ? 0.0f : v67;
                const real v69 = !v10 ? v57 + v67 : v57;
                const real v70 = v69 * s14[c];
                s70[c] = v70;
                const real v71 = v10 ? 0.0f : v70;
                if (!v10) v72 += v70;
            }
            const real v73 = -v72;
            forget(v6);
            forget(v9);
            #pragma unroll
            for (int c = 0; c < 4; ++c) {
                const bool v10 = (ix)c == v9;
                const real v74 = v10 ? v73 : s70[c];
                o_out_gradient[c][v] = (real)(v74);
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
