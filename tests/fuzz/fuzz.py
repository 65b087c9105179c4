"""Builds a fuzzer with clang and runs it: fuzz.py ROOT BUILD_DIRECTORY FUZZER SEEDS SECONDS

The code that reads text is compiled with instrumentation and the address and undefined behaviour
sanitizers; the rest comes from the library as it was built. An input that fails is kept in the build
directory, and its place is printed. Exits with 77, meson's code for a skipped test, where clang has
no fuzzer.
"""

import concurrent.futures
import pathlib
import shutil
import subprocess
import sys

SKIPPED = 77
READERS = ("lib/function/*.cpp", "lib/inclusion/mode_selection.cpp",
           "lib/inclusion/system_file.cpp", "lib/inclusion/toml_shape.cpp")
FLAGS = ["-std=c++20", "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]

root, build, fuzzer, seeds = (pathlib.Path(argument).resolve() for argument in sys.argv[1:5])
seconds = sys.argv[5]
work = build / "tests" / "fuzz" / fuzzer.stem
corpus = work / "corpus"
corpus.mkdir(parents=True, exist_ok=True)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


clang = shutil.which("clang++") or skip("there is no clang++")
ccache = [path] if (path := shutil.which("ccache")) else []

probe = work / "probe.cpp"
probe.write_text('extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }\n')
if subprocess.run([clang, "-fsanitize=fuzzer,address", probe, "-o", work / "probe"],
                  capture_output=True).returncode != 0:
    skip("clang++ lacks the fuzzer's library (on Debian 12: libclang-rt-14-dev)")


def compile(source):
    target = work / f"{source.parent.name}_{source.stem}.o"
    subprocess.run(ccache + [clang, *FLAGS, "-fsanitize=fuzzer-no-link", f"-I{root / 'include'}",
                             "-isystem/usr/include/eigen3", "-c", source, "-o", target], check=True)
    return target


sources = [fuzzer] + [source for pattern in READERS for source in sorted(root.glob(pattern))]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    objects = list(pool.map(compile, sources))
subprocess.run([clang, *FLAGS, "-fsanitize=fuzzer", *objects, f"-L{build / 'lib'}", "-lfilippov",
                "-lfmt", "-lmpfr", "-lgmp", f"-Wl,-rpath,{build / 'lib'}", "-o", work / "fuzzer"],
               check=True)

result = subprocess.run([work / "fuzzer", corpus, seeds, f"-max_total_time={seconds}", "-timeout=10",
                         "-rss_limit_mb=2048", f"-dict={seeds}.dict", f"-artifact_prefix={work}/",
                         "-print_final_stats=1"])
sys.exit(result.returncode != 0)
