typedef signed char i8;
typedef unsigned char u8;
typedef short i16;
typedef int i32;
typedef unsigned int u32;
typedef long long i64;
typedef unsigned long long u64;
typedef float f32;
typedef double f64;
struct f16 { unsigned short bits; };
struct bf16 { unsigned short bits; };

// One block at least: without that number ptxas would rather spill than have fewer than the most threads (sm_75).
#ifndef SEGLOSS_KERNEL
#define SEGLOSS_KERNEL(name) extern "C" __global__ void __launch_bounds__(256, 1) name
#endif
#define INLINE static __device__ __forceinline__
#define LANES 32
#define BLOCK 256
#define WARPS 8

// ---- element types

INLINE f32 widen(f16 h) {
#ifdef SEGLOSS_EMULATED
    return emulated_widen(h.bits);
#else
    f32 f;
    asm("cvt.f32.f16 %0, %1;" : "=f"(f) : "h"(h.bits));
    return f;
#endif
}
INLINE f32 widen(bf16 h) { return __uint_as_float((u32)h.bits << 16); }
INLINE f32 widen(f32 x) { return x; }
INLINE f64 widen(f64 x) { return x; }
INLINE i32 widen(u8 x) { return x; }
INLINE i32 widen(i8 x) { return x; }
INLINE i32 widen(i16 x) { return x; }
INLINE i32 widen(i32 x) { return x; }
INLINE i64 widen(i64 x) { return x; }

template <typename T> struct Narrow {
    static __device__ __forceinline__ T of(real x) { return (T)x; }
};
template <> struct Narrow<f16> {
    static __device__ __forceinline__ f16 of(real x) {
        f16 h;
#ifdef SEGLOSS_EMULATED
        h.bits = emulated_narrow((f32)x);
#else
        asm("cvt.rn.f16.f32 %0, %1;" : "=h"(h.bits) : "f"((f32)x));
#endif
        return h;
    }
};
template <> struct Narrow<bf16> {
    static __device__ __forceinline__ bf16 of(real x) {
        bf16 h;
#if !defined(SEGLOSS_EMULATED) && __CUDA_ARCH__ >= 800
        asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(h.bits) : "f"((f32)x));
#else
        const u32 u = __float_as_uint((f32)x);
        h.bits = (u & 0x7fffffffu) > 0x7f800000u
                ? (unsigned short)((u >> 16) | 0x40u)
                : (unsigned short)((u + 0x7fffu + ((u >> 16) & 1u)) >> 16);
#endif
        return h;
    }
};

// V neighbours of a row: in 16-byte words where the row allows it, one by one and up to its end otherwise.

template <typename T, int V> struct alignas(sizeof(T) * V > 16 ? 16 : sizeof(T) * V) Pack { T e[V]; };

template <bool ALIGNED, int V, typename T>
INLINE void fetch(const T* __restrict__ row, i64 at, i64 end, T (&to)[V]) {
    if (ALIGNED) {
        const Pack<T, V> pack = *(const Pack<T, V>*)(row + at);
#pragma unroll
        for (int v = 0; v < V; ++v) to[v] = pack.e[v];
    } else {
#pragma unroll
        for (int v = 0; v < V; ++v) to[v] = row[at + v < end ? at + v : end - 1];
    }
}

INLINE void stream(uint4* to, uint4 x) { __stcs(to, x); }
INLINE void stream(uint2* to, uint2 x) { __stcs(to, x); }
INLINE void stream(u32* to, u32 x) { __stcs(to, x); }
INLINE void stream(unsigned short* to, unsigned short x) { __stcs(to, x); }
INLINE void stream(u8* to, u8 x) { __stcs(to, x); }
template <int BYTES> struct Word;
template <> struct Word<1> { typedef u8 type; };
template <> struct Word<2> { typedef unsigned short type; };
template <> struct Word<4> { typedef u32 type; };
template <> struct Word<8> { typedef uint2 type; };
template <> struct Word<16> { typedef uint4 type; };

template <bool ALIGNED, int V, typename T>
INLINE void put(T* __restrict__ row, i64 at, i64 end, const real (&from)[V], bool accumulate) {
    if (ALIGNED) {
        T before[V];
        if (accumulate) fetch<true, V>(row, at, end, before);
        const int bytes = sizeof(T) * V > 16 ? 16 : sizeof(T) * V;
        const int words = sizeof(T) * V / bytes;
        typedef typename Word<bytes>::type W;
        union { T e[V]; W w[words]; } both;
#pragma unroll
        for (int v = 0; v < V; ++v) both.e[v] = Narrow<T>::of(accumulate ? (real)widen(before[v]) + from[v] : from[v]);
#pragma unroll
        for (int w = 0; w < words; ++w) stream((W*)(row + at) + w, both.w[w]);
    } else {
#pragma unroll
        for (int v = 0; v < V; ++v)
            if (at + v < end) row[at + v] = Narrow<T>::of(accumulate ? (real)widen(row[at + v]) + from[v] : from[v]);
    }
}

// ---- pointwise functions whose C counterparts treat NaN otherwise

INLINE real infinity() { return (real)__longlong_as_double(0x7ff0000000000000LL); }
INLINE real not_a_number() { return (real)__longlong_as_double(0x7ff8000000000000LL); }
template <typename T> INLINE T least(T a, T b) { return a < b || a != a ? a : b; }
template <typename T> INLINE T greatest(T a, T b) { return a > b || a != a ? a : b; }
INLINE bool is_one_to_nowhere(f64 a, f64 b) { return (a == 1 || a == -1) && b - b != 0; }
INLINE f32 power_of(f32 a, f32 b) { return is_one_to_nowhere(a, b) ? (f32)not_a_number() : powf(a, b); }
INLINE f64 power_of(f64 a, f64 b) { return is_one_to_nowhere(a, b) ? (f64)not_a_number() : pow(a, b); }
template <typename T> INLINE T sign_of(T a) { return a > 0 ? (T)1 : a < 0 ? (T)-1 : a; }
#if !defined(SEGLOSS_EMULATED) && __CUDA_ARCH__ >= 800
INLINE f32 least(f32 a, f32 b) {
    f32 x;
    asm("min.NaN.f32 %0, %1, %2;" : "=f"(x) : "f"(a), "f"(b));
    return x;
}
INLINE f32 greatest(f32 a, f32 b) {
    f32 x;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(x) : "f"(a), "f"(b));
    return x;
}
#endif

// Division by what is never near 0, and the root of it: the approximation of the hardware, good to its last place, and a step of Newton's method, which
// leaves little more than the last rounding. A general division takes three times as long. The maximum turns the NaN that infinity gives into a step of 0.
INLINE f32 inverse(f32 x) {
#ifdef SEGLOSS_EMULATED
    return 1.0f / x;
#else
    f32 y;
    asm("rcp.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return fmaf(y, fmaxf(fmaf(-x, y, 1.0f), -1.0f), y);
#endif
}
INLINE f32 root(f32 x) {
#ifdef SEGLOSS_EMULATED
    return sqrtf(x);
#else
    f32 y, z;
    asm("sqrt.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(z) : "f"(x));
    return fmaf(fmaxf(fmaf(-y, y, x), -3e38f), 0.5f * z, y);
#endif
}

// What the compiler knew of an index it has to find out again.
INLINE void forget(i32& index) {
#ifndef SEGLOSS_EMULATED
    asm volatile("" : "+r"(index));
#endif
}
INLINE void forget(i64& index) {
#ifndef SEGLOSS_EMULATED
    asm volatile("" : "+l"(index));
#endif
}

// ---- reductions: lanes, then warps, then blocks, each in a fixed order

struct Sum {
    static __device__ __forceinline__ f64 start() { return 0; }
    template <typename T> static __device__ __forceinline__ T of(T a, T b) { return a + b; }
};
struct Max {
    static __device__ __forceinline__ f64 start() { return -__longlong_as_double(0x7ff0000000000000LL); }
    template <typename T> static __device__ __forceinline__ T of(T a, T b) { return greatest(a, b); }
};
struct Min {
    static __device__ __forceinline__ f64 start() { return __longlong_as_double(0x7ff0000000000000LL); }
    template <typename T> static __device__ __forceinline__ T of(T a, T b) { return least(a, b); }
};

template <typename R, typename T> INLINE T across_warp(T x) {
#pragma unroll
    for (int step = LANES / 2; step > 0; step /= 2) x = R::of(x, __shfl_xor_sync(0xffffffffu, x, step));
    return x;
}

// What each thread has for one of several results, combined: those of a result are `width` neighbours, a power of two. The first of them has it.
template <typename R> INLINE f64 combine_threads(f64 x, int width) {
    __shared__ f64 all[BLOCK];
    all[threadIdx.x] = x;
    __syncthreads();
    for (int step = width / 2; step > 0; step /= 2) {
        if (threadIdx.x % width < step) all[threadIdx.x] = R::of(all[threadIdx.x], all[threadIdx.x + step]);
        __syncthreads();
    }
    x = all[threadIdx.x];
    __syncthreads();
    return x;
}

// How many threads work on each of so many results of so many terms.
INLINE int threads_for(i64 results, i64 terms) {
    int width = 1;
    while (width < BLOCK && width < terms && 2 * width * results <= BLOCK) width *= 2;
    return width;
}

// The partial of each block is in partials[slot * gridDim.x + block].
template <typename R>
INLINE void combine(const f64* partials, int slots, i64 rows, i64 rowBlocks, f64* results) {
    const i64 count = rows * slots;
    const int width = threads_for(count, rowBlocks), own = threadIdx.x % width;
    for (i64 start = 0; start < count; start += BLOCK / width) {
        const i64 e = start + threadIdx.x / width, row = e / slots, slot = e % slots;
        const f64* from = partials + slot * (i64)gridDim.x + row * rowBlocks;
        f64 x = R::start();
        if (e < count) {
#pragma unroll 8
            for (i64 b = own; b < rowBlocks; b += width) x = R::of(x, __ldcg(from + b));
        }
        x = combine_threads<R>(x, width);
        if (own == 0 && e < count) results[e] = x;
    }
}

// All numbers of a table, combined by a whole block; the first thread has the result.
template <typename R, typename Element> INLINE f64 combine_all(i64 count, Element element) {
    f64 x = R::start();
    for (i64 m = threadIdx.x; m < count; m += BLOCK) x = R::of(x, element(m));
    return combine_threads<R>(x, BLOCK);
}

// Whether this block is the last of the grid to come here; the counter is 0 again afterwards.
INLINE bool is_last_block(u32* counter) {
    __shared__ bool last;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0) last = atomicInc(counter, gridDim.x - 1) == gridDim.x - 1;
    __syncthreads();
    __threadfence();
    return last;
}
