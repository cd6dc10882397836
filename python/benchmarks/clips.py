"""Clips of 16 frames at random places of 30-second videos: PyAV, torchcodec, decord.

    python clips.py prepare FOLDER [VIDEO...]    writes the videos and the list of clips, once
    python clips.py run FOLDER                   measures, each library in a process of its own

`prepare` needs the ffmpeg command. It encodes 8 videos with a key frame every 30 frames and the
same 8 with one every 250: H.264, 640 x 360, 30 frames a second, two B-frames, sound. They are made
of the videos given, repeated until they are 30 seconds long, or else of fractals that ffmpeg draws.

Each library opens the file for every clip, as the samples of a training set come in random order,
and gives the frames as RGB. The same clips by Sheaf and by FFmpeg itself:

    SHEAF_JMH_OPTS=-Dbench.videos=FOLDER format/src/jmh/run ClipReads

A library that is not installed is left out.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import time

VIDEOS = 8
FRAMES = 16
RATE = 30
SECONDS = 30
CLIPS = 400
MEASURED = 120


def prepare(folder, sources):
    os.makedirs(folder, exist_ok=True)
    choose = random.Random(5)
    with open(os.path.join(folder, "clips.txt"), "w") as clips:
        for gop in (30, 250):
            for video in range(VIDEOS):
                encode(os.path.join(folder, f"gop{gop}-{video}.mp4"), gop, video, sources)
            for clip in range(CLIPS):
                start = choose.randrange(SECONDS * RATE - FRAMES)
                clips.write(f"gop{gop}-{clip % VIDEOS}.mp4 {start}\n")


def encode(path, gop, video, sources):
    if os.path.exists(path):
        return
    if sources:
        pictures = ["-stream_loop", "-1", "-i", sources[video % len(sources)]]
    else:
        place = f"start_x={-0.7436 + video * 1e-4}:start_scale={3 / (1 + video)}"
        pictures = ["-f", "lavfi", "-i", f"mandelbrot=size=640x360:rate={RATE}:{place}"]
    sound = ["-f", "lavfi", "-i", f"sine=frequency={220 + 40 * video}:sample_rate=44100"]
    codec = f"-c:v libx264 -preset veryfast -threads 1 -g {gop} -keyint_min {gop} -sc_threshold 0"
    rest = f"-bf 2 -pix_fmt yuv420p -c:a aac -b:a 96k -movflags +faststart -t {SECONDS}"
    subprocess.run(
        [
            *["ffmpeg", "-v", "error", "-y", *pictures, *sound, "-map", "0:v", "-map", "1:a"],
            *["-vf", f"scale=640:360,setsar=1,fps={RATE}", *codec.split(), *rest.split(), path],
        ],
        check=True,
    )


def pyav(path, start):
    import av

    frames = []
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        first = stream.start_time + round((start - 0.5) / RATE / stream.time_base)
        seek = stream.start_time + round(start / RATE / stream.time_base)
        container.seek(seek, stream=stream)
        for frame in container.decode(stream):
            if frame.pts >= first:
                frames.append(frame.to_ndarray(format="rgb24"))
                if len(frames) == FRAMES:
                    break
    return frames


def torchcodec(path, start):
    from torchcodec.decoders import VideoDecoder

    decoder = VideoDecoder(path, num_ffmpeg_threads=1, seek_mode="approximate")
    return decoder.get_frames_in_range(start, start + FRAMES).data


def decord(path, start):
    import decord

    reader = decord.VideoReader(path, num_threads=1)
    return reader.get_batch(range(start, start + FRAMES)).asnumpy()


LIBRARIES = {"pyav": pyav, "torchcodec": torchcodec, "decord": decord}


def measure(name, folder):
    read = LIBRARIES[name]
    with open(os.path.join(folder, "clips.txt")) as lines:
        clips = [line.split() for line in lines]
    for gop in ("30", "250"):
        chosen = [c for c in clips if c[0].startswith(f"gop{gop}-")][:MEASURED]
        times = []
        for file, start in chosen:
            begin = time.perf_counter()
            frames = read(os.path.join(folder, file), int(start))
            times.append(time.perf_counter() - begin)
            assert len(frames) == FRAMES, len(frames)
        times = times[VIDEOS:]  # without those that load the library and the files
        mean, median = statistics.mean(times) * 1e3, statistics.median(times) * 1e3
        print(f"{name}, key frame every {gop}: mean {mean:.1f} ms, median {median:.1f} ms a clip")


def run(folder):
    for name in LIBRARIES:
        command = [sys.executable, os.path.abspath(__file__), "measure", folder, name]
        done = subprocess.run(command, capture_output=True, text=True)
        print(done.stdout, end="")
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            print(f"{name}: left out: {last[0] if last else done.returncode}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["prepare", "run", "measure"])
    parser.add_argument("folder")
    parser.add_argument("rest", nargs="*", metavar="VIDEO")
    options = parser.parse_args()
    if options.what == "prepare":
        prepare(options.folder, options.rest)
    elif options.what == "measure":
        measure(options.rest[0], options.folder)
    else:
        run(options.folder)


if __name__ == "__main__":
    main()
