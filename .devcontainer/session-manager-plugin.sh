#!/usr/bin/env bash
# Install the Session Manager plugin of the AWS CLI, which `make open` and `make shell` need, from where AWS publishes it.
set -euo pipefail
case "$(dpkg --print-architecture)" in
    arm64) build=ubuntu_arm64 ;;
    *) build=ubuntu_64bit ;;
esac
package=$(mktemp --suffix=.deb)
curl --fail --silent --show-error --location --output "$package" \
    "https://s3.amazonaws.com/session-manager-downloads/plugin/latest/$build/session-manager-plugin.deb"
sudo dpkg --install "$package"
rm "$package"
