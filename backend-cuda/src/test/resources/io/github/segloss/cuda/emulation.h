// What kernel sources need of CUDA C++, for a processor: a CUDA thread is a fiber, and blocks run one after another.
#pragma once
#include <math.h>
#include <string.h>

#define SEGLOSS_EMULATED
#define SEGLOSS_KERNEL(name) static void name
#define __device__
#define __constant__ const
#define __forceinline__ inline
#define __noinline__ __attribute__((noinline))
#define __restrict__ __restrict
// In one section, so that all of it can be poisoned before each block.
#define __shared__ static __attribute__((section("emulated_shared")))

struct Coordinate { unsigned x; };
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };

extern "C" {
extern Coordinate emulated_thread, emulated_block, emulated_grid;
void emulated_sync_block();
void emulated_sync_warp();
// Gives a value to the warp and returns those of all its lanes.
const unsigned long long* emulated_share(unsigned long long value);
int emulated_run(unsigned blocks, unsigned threads, unsigned seed, void (*body)(void**), void** arguments, char* shared, long sharedBytes);
}
#define threadIdx emulated_thread
#define blockIdx emulated_block
#define gridDim emulated_grid

static inline void __syncthreads() { emulated_sync_block(); }
static inline void __syncwarp() { emulated_sync_warp(); }
static inline void __threadfence() {}

template <typename T> static inline T emulated_lane(const unsigned long long* all, int lane) {
    T x;
    memcpy(&x, &all[lane], sizeof x);
    return x;
}
template <typename T> static inline const unsigned long long* emulated_give(T x) {
    unsigned long long raw = 0;
    memcpy(&raw, &x, sizeof x);
    return emulated_share(raw);
}
template <typename T> static inline T __shfl_xor_sync(unsigned, T x, int with) {
    const int lane = threadIdx.x % 32;
    return emulated_lane<T>(emulated_give(x), lane ^ with);
}
template <typename T> static inline T __shfl_up_sync(unsigned, T x, int by) {
    const int lane = threadIdx.x % 32;
    const unsigned long long* all = emulated_give(x);
    return lane < by ? x : emulated_lane<T>(all, lane - by);
}
template <typename T> static inline T __shfl_sync(unsigned, T x, int from) { return emulated_lane<T>(emulated_give(x), from); }
static inline unsigned __ballot_sync(unsigned, bool x) {
    const unsigned long long* all = emulated_give((unsigned)x);
    unsigned ones = 0;
    for (int lane = 0; lane < 32; ++lane) ones |= emulated_lane<unsigned>(all, lane) << lane;
    return ones;
}
static inline int __popc(unsigned x) { return __builtin_popcount(x); }
static inline unsigned atomicAdd(unsigned* p, unsigned x) { unsigned before = *p; *p += x; return before; }
static inline unsigned atomicInc(unsigned* p, unsigned last) { unsigned before = *p; *p = before >= last ? 0 : before + 1; return before; }
template <typename T> static inline T __ldcg(const T* p) { return *p; }
template <typename T> static inline void __stcs(T* p, T x) { memcpy(p, &x, sizeof x); }
template <typename To, typename From> static inline To emulated_bits(From x) {
    static_assert(sizeof(To) == sizeof(From), "");
    To y;
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline unsigned __float_as_uint(float x) { return emulated_bits<unsigned>(x); }
static inline float __uint_as_float(unsigned x) { return emulated_bits<float>(x); }
static inline long long __double_as_longlong(double x) { return emulated_bits<long long>(x); }
static inline double __longlong_as_double(long long x) { return emulated_bits<double>(x); }
static inline float emulated_widen(unsigned short h) { return (float)emulated_bits<_Float16>(h); }
static inline unsigned short emulated_narrow(float x) { return emulated_bits<unsigned short>((_Float16)x); }

extern "C" char __start_emulated_shared[] __attribute__((weak, visibility("hidden")));
extern "C" char __stop_emulated_shared[] __attribute__((weak, visibility("hidden")));

template <int... I> struct Indices {};
template <int N, int... I> struct Count : Count<N - 1, N - 1, I...> {};
template <int... I> struct Count<0, I...> { typedef Indices<I...> type; };
template <auto F> struct EmulatedKernel;
template <typename... A, void (*F)(A...)> struct EmulatedKernel<F> {
    template <int... I> static void call(void** arguments, Indices<I...>) { F(*(A*)arguments[I]...); }
    static void body(void** arguments) { call(arguments, typename Count<sizeof...(A)>::type()); }
};
#define EMULATED_EXPORT(space, name)                                                                               \
    extern "C" int space##_##name(unsigned blocks, unsigned threads, unsigned seed, void** arguments) {            \
        return emulated_run(blocks, threads, seed, &EmulatedKernel<&space::name>::body, arguments,                 \
                __start_emulated_shared, __stop_emulated_shared - __start_emulated_shared);                        \
    }
