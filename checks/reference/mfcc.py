"""MFCC by librosa's definition in numpy (librosa/feature/spectral.py), for checks/features.ts. argv: wav. Prints JSON."""
import json, sys, wave
import numpy as np, scipy.fft

with wave.open(sys.argv[1]) as file:
    rate = file.getframerate()
    y = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64) / 32768
size, hop, mels = 512, 160, 40
mel = lambda f: np.where(f >= 1000, 15 + np.log(np.maximum(f, 1e-9) / 1000) / (np.log(6.4) / 27), f * 3 / 200)
hertz = lambda m: np.where(m >= 15, 1000 * np.exp(np.log(6.4) / 27 * (m - 15)), m * 200 / 3)
window = np.hanning(size + 1)[:-1]
frames = np.lib.stride_tricks.sliding_window_view(np.pad(y, size // 2), size)[::hop]
power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
points = hertz(np.linspace(mel(np.float64(0)), mel(np.float64(rate / 2)), mels + 2))
ramps, widths = points[:, None] - np.fft.rfftfreq(size, 1 / rate)[None], np.diff(points)
bank = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None])) * (2 / (points[2:] - points[:-2]))[:, None]
decibels = 10 * np.log10(np.maximum(1e-10, power @ bank.T))
decibels = np.maximum(decibels, decibels.max() - 80)
print(json.dumps(scipy.fft.dct(decibels, axis=1, type=2, norm="ortho")[:, :13].tolist()))
