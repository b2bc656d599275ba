#!/bin/bash
# Builds .build/static/oadp-plan: the same program as one file without a shared library, for images
# and for machines that have nothing else. It takes minutes, and needs what `make deps` installs and
# Debian's or Ubuntu's sources: their libcurl and libgit2 cannot be linked statically, since
# Kerberos has no static libraries; so those two, and HTTP/2, are built from the same sources
# without it.
set -euo pipefail
cd "$(dirname "$0")/.."
OUT=$PWD/.build/static
LIBRARIES=$OUT/libraries
die() { printf 'static: error: %s\n' "$*" >&2; exit 1; }

install_tools() {
  local missing=()
  command -v cmake >/dev/null || missing+=(cmake)
  command -v g++ >/dev/null || missing+=(g++)
  dpkg -s libhttp-parser-dev >/dev/null 2>&1 || missing+=(libhttp-parser-dev)
  dpkg -s zlib1g-dev >/dev/null 2>&1 || missing+=(zlib1g-dev)
  [ "${#missing[@]}" -eq 0 ] && return
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get -qq update >/dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
    --no-install-recommends "${missing[@]}" </dev/null >/dev/null
}

# Source packages come from where this machine's binary packages come from; its own lists stay as
# they are.
APT=$OUT/apt
apt_sources() {
  mkdir -p "$APT/parts" "$APT/lists/partial"
  chmod 755 "$OUT" "$APT"
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
    [ -f "$file" ] || continue
    sed -e 's/^deb /deb-src /' -e 's/^Types:.*/Types: deb-src/' "$file" \
      >"$APT/parts/$(basename "$file")"
  done
  apt_get -qq update
}
apt_get() {
  apt-get -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$APT/parts" \
    -o Dir::State::lists="$APT/lists" -o APT::Sandbox::User=root "$@"
}

# source_of PACKAGE: unpacks its original source and prints the folder. Where a mirror does not hold
# an update's source, that of the release does.
source_of() {
  local folder=$OUT/source/$1 codename
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  rm -rf "$folder"
  mkdir -p "$folder/tree"
  (
    cd "$folder"
    apt_get -qq source --download-only "$1" >&2 ||
      apt_get -qq source --download-only "$1/$codename" >&2
  ) || die "the source of $1 cannot be had"
  tar -xf "$folder"/*.orig.tar.?z -C "$folder/tree" --strip-components=1
  echo "$folder/tree"
}

# build PACKAGE OPTION...: by CMake, into the folder of libraries.
build() {
  local tree
  tree=$(source_of "$1")
  cmake -S "$tree" -B "$tree/build" -Wno-dev -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_INSTALL_PREFIX="$LIBRARIES" -DCMAKE_PREFIX_PATH="$LIBRARIES" \
    -DBUILD_SHARED_LIBS=OFF "${@:2}" >"$tree/log" 2>&1 &&
    cmake --build "$tree/build" --target install -j "$(nproc)" >>"$tree/log" 2>&1 ||
    { tail -n 20 "$tree/log" >&2; die "$1 could not be built"; }
  rm -rf "$OUT/source/$1"
}

build_libraries() {
  apt_sources
  build nghttp2 -DENABLE_LIB_ONLY=ON -DENABLE_STATIC_LIB=ON -DENABLE_SHARED_LIB=OFF
  build curl -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON \
    -DUSE_NGHTTP2=ON -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF \
    -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=none
  build libgit2 -DBUILD_TESTS=OFF -DBUILD_CLI=OFF -DBUILD_EXAMPLES=OFF -DUSE_HTTPS=OFF \
    -DUSE_SSH=OFF -DUSE_GSSAPI=OFF -DUSE_NTLMCLIENT=OFF -DREGEX_BACKEND=regcomp \
    -DUSE_HTTP_PARSER=system
  # What a static link needs besides; pkg-config tells it only when asked, and CMake too much.
  sed -i 's/^Libs:.*/& -lhttp_parser -lz -lrt/' "$LIBRARIES/lib/pkgconfig/libgit2.pc"
  sed -i 's/^Libs:.*/Libs: -L${libdir} -lcurl -lnghttp2 -lssl -lcrypto -lz/' \
    "$LIBRARIES/lib/pkgconfig/libcurl.pc"
  touch "$LIBRARIES/whole"
}

install_tools
[ -e "$LIBRARIES/whole" ] || build_libraries
# glibc warns of each function that would load a library; names are resolved by the two resolvers
# that it has in itself (files, DNS), which is what a container has.
log=$OUT/log
PKG_CONFIG_PATH=$LIBRARIES/lib/pkgconfig swift build --configuration release \
  --product oadp-plan --static-swift-stdlib -Xswiftc -static-executable \
  --scratch-path .build-static >"$log" 2>&1 || { grep -v 'warning: Using' "$log" | tail -n 20 >&2; exit 1; }
strip -o "$OUT/oadp-plan" .build-static/release/oadp-plan
! readelf -d "$OUT/oadp-plan" | grep NEEDED >&2 || die "the program still needs a shared library"
echo "$OUT/oadp-plan: $(stat -c %s "$OUT/oadp-plan") bytes"
