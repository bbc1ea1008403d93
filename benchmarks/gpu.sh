#!/usr/bin/env bash
# Measures the CUDA backend on this machine's GPU: benchmarks/gpu.sh [--workload W1,W4] [--dtype float32,bfloat16] [--megabytes 256] ...
# Builds what is not built, prints a table and writes JSON to benchmarks/results.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
"$root/segloss" --version > /dev/null

. "$root/.mvn/find-jdk.sh"
JAVA_HOME=$(find_jdk) || exit 2
for toolkit in "${CUDA_PATH:-}" "${CUDA_HOME:-}" /usr/local/cuda; do
    if [ -n "$toolkit" ] && [ -d "$toolkit/lib64" ]; then
        export LD_LIBRARY_PATH="$toolkit/lib64${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
        break
    fi
done
exec "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --add-modules=jdk.incubator.vector -Xmx4g \
    -cp "$root/cli/target/app/lib/*" io.github.segloss.benchmarks.gpu.GpuBenchmark \
    --json "$root/benchmarks/results/gpu-$(date -u +%Y%m%d%H%M%S).json" "$@"
