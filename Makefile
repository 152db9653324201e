# make          installs what is missing, builds the release and opens the explorer
# make test     the same for everything the tests need, and runs them all
# make install  puts the binary, completions and the manual page below PREFIX (and DESTDIR)

PREFIX = /usr/local
DESTDIR =

run_packages = libncurses-dev
test_packages = $(run_packages) tmux python3
arm64_packages = gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user

bin = $(DESTDIR)$(PREFIX)/bin
share = $(DESTDIR)$(PREFIX)/share
bash_completion = $(share)/bash-completion/completions/convscope
zsh_completion = $(share)/zsh/site-functions/_convscope
fish_completion = $(share)/fish/vendor_completions.d/convscope.fish
manual = $(share)/man/man1

# Installs those of the given packages that are not there, as root or through sudo.
define ensure
@command -v swift >/dev/null || { echo 'convscope needs a Swift toolchain (6.2 or later): https://swift.org/install' >&2; exit 1; }
@missing=; for package in $(1); do \
  dpkg-query -W -f='$${db:Status-Status}' $$package 2>/dev/null | grep -qx installed || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "please install:$$missing (there is no apt-get here)" >&2; exit 1; }; \
  if [ "$$(id -u)" = 0 ]; then as_root=; \
  elif command -v sudo >/dev/null; then as_root=sudo; \
  else echo "please install as root:$$missing" >&2; exit 1; fi; \
  $$as_root apt-get update -q && \
  $$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $$missing; \
fi
endef

.PHONY: run build test fuzz sanitize install uninstall format lint screens arm64 pictures packages test-packages

run: packages
	swift run -c release convscope

build: packages
	swift build -c release --product convscope

test: test-packages
	swift test -c release --scratch-path .build-test

# The engine against its reference on FUZZ times as many random shapes as usual: every algorithm, instruction set, and one
# to three threads. Then FUZZ times as many damaged files as usual: twenty times are 100,000 networks.
FUZZ = 20
fuzz: packages
	FUZZ=$(FUZZ) swift test -c release --scratch-path .build-test \
	  --filter 'EngineTests.(LayerTests|WinogradTests|StrassenTests|OperationTests|SlabTests|BranchSumTests)'
	FUZZ=$(FUZZ) swift test -c release --scratch-path .build-test --filter FuzzingTests

# The engine's tests, watched for bad addresses and for races. The latter takes half an hour and much memory: one test after
# the other, fewer random shapes, one network of each kind, and none that only plans. Both note what they know of memory that
# has come and gone in mappings of their own, and may need more of them than the system gives: sysctl
# vm.max_map_count=1000000.
sanitize: packages
	swift test -c release --disable-xctest --sanitize=address --scratch-path .build-address --filter EngineTests
	FUZZ=0.2 swift test -c release --disable-xctest --sanitize=thread --scratch-path .build-thread --no-parallel \
	  --filter EngineTests --skip 'everyOtherNetworkRuns|threadsChooseTheSameAlgorithms'

install: build
	binary="$$(swift build -c release --show-bin-path)/convscope" && \
	install -Dm755 "$$binary" $(bin)/convscope && \
	mkdir -p $(dir $(bash_completion) $(zsh_completion) $(fish_completion)) && \
	"$$binary" --generate-completion-script bash > $(bash_completion) && \
	"$$binary" --generate-completion-script zsh > $(zsh_completion) && \
	"$$binary" --generate-completion-script fish > $(fish_completion)
	swift package -c release --allow-writing-to-package-directory generate-manual --output-directory .build
	install -Dm644 .build/convscope.1 $(manual)/convscope.1

uninstall:
	rm -f $(bin)/convscope $(bash_completion) $(zsh_completion) $(fish_completion) $(manual)/convscope.1

format:
	swift format -i -r Sources Tests Package.swift

lint:
	swift format lint --strict -r Sources Tests Package.swift

# Records the golden screens anew; git diff shows what has changed.
screens: test-packages
	RECORD_SCREENS=1 swift test -c release --scratch-path .build-test --filter GoldenScreenTests

# Builds the kernels for arm64 and tests them in an emulator.
arm64:
	$(call ensure,$(arm64_packages))
	mkdir -p .build
	clang --target=aarch64-linux-gnu -fuse-ld=lld -isystem /usr/aarch64-linux-gnu/include -static -O2 -Wall -Wextra -Werror \
	  -ISources/ConvKernels/include Sources/ConvKernels/*.c Tests/Arm64/*.c -lm -o .build/kernels-arm64
	qemu-aarch64 .build/kernels-arm64

# Renders the pictures of the README, with timings of this machine.
pictures: build
	for picture in browse toggle compare diagram icicle roofline timeline times sweep lesson; do \
	  CONVSCOPE_THEME=neutral "$$(swift build -c release --show-bin-path)/convscope" resnet50 --size 130x34 --script assets/$$picture.keys || exit 1; \
	done

packages:
	$(call ensure,$(run_packages))

test-packages:
	$(call ensure,$(test_packages))
