"""Features of a grey image by scikit-image, for checks/features.ts. argv: image. Prints JSON."""
import json, sys
import numpy as np
import skimage
from skimage import color, feature, filters, io

image = io.imread(sys.argv[1])[..., :3]
grey = color.rgb2gray(image / 255.0)
flat = lambda plane: [float(v) for v in np.asarray(plane, float).ravel()]
points = lambda rows: sorted([float(v) for v in row] for row in rows)
print(json.dumps({
    "version": skimage.__version__,
    "sobel": flat(filters.sobel(grey)),
    "canny": flat(feature.canny(grey)),
    "harris": flat(feature.corner_harris(grey)),
    "fast": flat(feature.corner_fast(grey)),
    "frangi": flat(filters.frangi(grey)),
    "hessian": flat(feature.hessian_matrix_det(grey, 4.2)),
    "log": points(feature.blob_log(grey)),
    "doh": points(feature.blob_doh(grey)),
}))
