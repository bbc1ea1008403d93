# Sourced by mvnw, segloss and .ci/run. POSIX sh.

# Prints the home of a JDK 25 or later. If there is none: says on stderr what to install, returns 2.
find_jdk() {
    for home in \
        "${JAVA_HOME:-}" \
        /usr/lib/jvm/* \
        "${HOME:-}"/.sdkman/candidates/java/* \
        "${HOME:-}"/.jdks/* \
        "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$(jdk_on_path)"
    do
        if is_jdk_25 "$home"; then
            printf '%s\n' "$home"
            return 0
        fi
    done
    echo "segloss needs a JDK 25 or later and found none: install one (for example Eclipse Temurin 25)" \
        "or set JAVA_HOME to it." >&2
    return 2
}

# A JDK says its version in a file named "release"; reading it is much faster than starting each java.
is_jdk_25() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='="' read -r key _ version _; do
        if [ "$key" = JAVA_VERSION ]; then
            major=${version%%[!0-9]*}
            [ "${major:-0}" -ge 25 ]
            return
        fi
    done < "$1/release"
    return 1
}

# Where the javac on the PATH really is, through any symbolic links; empty if there is none.
jdk_on_path() {
    javac=$(command -v javac) || return 0
    javac=$(readlink -f "$javac") || return 0
    printf '%s\n' "${javac%/bin/javac}"
}
