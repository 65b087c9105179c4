"""Compiles user.cpp, and the arithmetic library too, with many compilers and flags, and runs each.

    soundness.py SOURCE SCRATCH short|full [COUNT]

COUNT: evaluations of each operation, 2000 by default. CXX names the first compiler; clang++ is tried too
where it is installed. Nothing that the build passes to the compiler is needed for the arithmetic to be
right, so the library, with inner.cpp, is compiled here without any of it, and with flags that permit what hurts most.
"""

import concurrent.futures
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

source = pathlib.Path(sys.argv[1])
scratch = pathlib.Path(sys.argv[2])
full = sys.argv[3] == "full"
environment = dict(os.environ, FILIPPOV_PROPERTY_COUNT=sys.argv[4] if len(sys.argv) > 4 else "2000")

gcc = shlex.split(os.environ.get("CXX", "g++"))
compilers = {"g++": gcc}
if shutil.which("clang++") and "clang" not in " ".join(gcc):
    compilers["clang++"] = ([c for c in gcc if c.endswith("ccache")]) + ["clang++"]

LEVELS = ["-O0", "-O2", "-O3", "-O3 -flto"]
CARELESS = ["-O3 -ffast-math", "-Ofast -flto"]
HOSTILE = ["-O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math"]
FLAGS = ["-std=c++20", f"-I{source / 'include'}"]
eigen = subprocess.run(["pkg-config", "--cflags", "eigen3"], capture_output=True, text=True, check=True)
FLAGS += shlex.split(eigen.stdout)
LIBRARIES = ["-lfmt", "-lmpfr", "-lgmp"]

arithmetic = sorted((source / "lib" / "arithmetic").glob("*.cpp"))
user = source / "tests" / "soundness" / "user.cpp"
inner = source / "tests" / "soundness" / "inner.cpp"
oracle = source / "tests" / "properties" / "interval_oracle.cpp"
failures = []


def run(command):
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def compile_file(compiler, flags, file, directory):
    """Returns (object, messages or None)."""
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / (file.stem + ".o")
    result = run(compilers[compiler] + FLAGS + flags + ["-c", str(file), "-o", str(target)])
    return target, result.stderr if result.returncode else None


def objects(compiler, flags, files):
    directory = scratch / (compiler + "".join(flags).replace("-", "_").replace("=", "_"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda file: compile_file(compiler, flags, file, directory), files))
    errors = [messages for _, messages in results if messages]
    if errors:
        raise RuntimeError(errors[0])
    return [str(target) for target, _ in results], directory


def check(what, compiler, user_flags, library_flags):
    name = f"{what:8} {compiler:8} {' '.join(user_flags):36}"
    try:
        library, _ = objects(compiler, library_flags, arithmetic + [inner])
        mine, directory = objects(compiler, user_flags, [user])
        plain, _ = objects("g++", ["-O2"], [oracle])
        program = directory / f"{what}_program"
        link = [word for word in compilers[compiler] if not word.endswith("ccache")]
        result = run(link + user_flags + mine + library + plain + LIBRARIES + ["-o", str(program)])
        if result.returncode:
            raise RuntimeError(result.stderr)
        result = run([str(program)])
        message = result.stdout.strip() or f"ended with {result.returncode}: {result.stderr.strip()}"
        print(name, message, flush=True)
        if result.returncode:
            failures.append(name)
    except RuntimeError as error:
        print(name, "does not build\n" + str(error), flush=True)
        failures.append(name)


def check_refused(compiler, flags):
    """The library is not to be compiled so."""
    _, messages = compile_file(compiler, flags, source / "lib" / "arithmetic" / "interval.cpp",
                               scratch / "refused")
    refused = messages is not None and "filippov's arithmetic" in messages
    print(f"refused  {compiler:8} {' '.join(flags):36} {'yes' if refused else 'NO'}", flush=True)
    if not refused:
        failures.append(f"refused {compiler} {flags}")


def check_barriers(compiler, flags):
    """Without its barriers the arithmetic is wrong, and says so when it is loaded."""
    copy = scratch / "without_barriers"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source / "lib" / "arithmetic", copy)
    header = copy / "rounding.hpp"
    text = header.read_text()
    begin = text.index("inline double opaque(double x)")
    end = text.index("}", begin) + 1
    header.write_text(text[:begin] + "inline double opaque(double x) { return x; }" + text[end:])
    (copy / "main.cpp").write_text("#include \"filippov/arithmetic/interval.hpp\"\n"
                                   "int main() { return filippov::Interval(1).is_point() ? 0 : 1; }\n")
    files = [copy / "main.cpp", copy / "interval.cpp", copy / "error.cpp"]
    result = run(compilers[compiler] + FLAGS + flags + [str(file) for file in files] +
                 ["-o", str(copy / "program")] + LIBRARIES)
    noticed = False
    if result.returncode == 0:
        result = run([str(copy / "program")])
        noticed = result.returncode != 0 and "directed rounding does not work here" in result.stderr
    print(f"barriers {compiler:8} {' '.join(flags):36} {'missed' if noticed else 'NOT MISSED'}", flush=True)
    if not noticed:
        failures.append(f"barriers {compiler} {flags}: {result.stderr}")


for compiler in compilers:
    for level in CARELESS + LEVELS if full else [CARELESS[0], LEVELS[0]]:
        check("user", compiler, level.split(), ["-O2"])
    some = HOSTILE if compiler == "g++" else LEVELS[-1:]
    for level in LEVELS + HOSTILE if full else some:
        check("library", compiler, level.split(), level.split())
    check_refused(compiler, ["-ffast-math"])
    check_refused(compiler, ["-ffinite-math-only"])
    check_barriers(compiler, ["-O3"])
check_barriers("g++", ["-O3", "-frounding-math"])
check_refused("g++", ["-fno-signed-zeros"])
check_refused("g++", ["-mfpmath=387"])
print(f"{len(failures)} failed")
sys.exit(bool(failures))
