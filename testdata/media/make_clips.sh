#!/usr/bin/env bash
# Makes the clips and sounds of this folder with the ffmpeg command line tool (5.1 of Debian 12, with libx264, libx265,
# libvpx and libaom). Encoders change from version to version, so the bytes do too; the tests compare decodes of the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/clips"
ff() { ffmpeg -nostdin -loglevel error -y -fflags +bitexact "$@"; }
exact=(-flags:v +bitexact -map_metadata -1 -threads 1)
# A picture that differs in every frame: a counter of boxes that move, over noise that moves.
moving() { printf 'testsrc2=size=%s:rate=%s:duration=%s' "$1" "$2" "$3"; }

# H.264 with B-frames, closed groups of 20, sound between the pictures.
ff -f lavfi -i "$(moving 96x64 25 2.4)" -f lavfi -i sine=440:sample_rate=8000:duration=2.4 "${exact[@]}" -c:v libx264 -preset slow \
  -x264-params keyint=20:min-keyint=20:bframes=3:b-adapt=0:open-gop=0 -crf 32 -pix_fmt yuv420p -c:a aac -b:a 16k -flags:a +bitexact h264-bframes.mp4
# Open groups: pictures shown before a key picture refer to the group before it.
ff -f lavfi -i "$(moving 96x64 25 2.4)" "${exact[@]}" -c:v libx264 -preset slow \
  -x264-params keyint=15:min-keyint=15:bframes=3:b-adapt=0:b-pyramid=normal:open-gop=1 -crf 32 -pix_fmt yuv420p h264-open-gop.mp4
ff -f lavfi -i "$(moving 96x64 25 2.4)" "${exact[@]}" -c:v libx265 \
  -x265-params keyint=15:min-keyint=15:bframes=4:open-gop=1:info=0:log-level=none -crf 34 -pix_fmt yuv420p -tag:v hvc1 hevc-open-gop.mp4
# HEVC that begins with a picture that leading pictures refer past: a decoder leaves these out.
ff -ss 0.7 -i hevc-open-gop.mp4 -c copy -map_metadata -1 -copyts -avoid_negative_ts make_zero hevc-cut.mkv
# Ten bits, full colour.
ff -f lavfi -i "$(moving 96x64 25 1)" "${exact[@]}" -c:v libx265 -x265-params keyint=10:info=0:log-level=none -crf 34 -pix_fmt yuv444p10le -tag:v hvc1 hevc-10bit.mp4
# Variable frame rate: frames at 0, 1, 3, 6, 7, 9 … of a grid.
ff -f lavfi -i "$(moving 96x64 30 3)" "${exact[@]}" -vf "select='not(mod(n*n\,7)-mod(n\,3))+eq(mod(n\,4)\,1)'" -vsync vfr -c:v libx264 -preset slow \
  -x264-params keyint=12:bframes=2 -crf 32 -pix_fmt yuv420p -video_track_timescale 90000 h264-vfr.mp4
# An edit list: the clip begins in the middle of a group.
ff -ss 0.5 -i h264-bframes.mp4 -an -c copy -map_metadata -1 h264-edit-list.mp4
# To be turned by a quarter, as phones store upright video.
ff -i h264-bframes.mp4 -an -c copy -map_metadata -1 -metadata:s:v rotate=90 h264-rotated.mp4
# BT.709, full range, an odd size.
ff -f lavfi -i "$(moving 98x66 25 0.8)" "${exact[@]}" -vf crop=95:65 -c:v libx264 -preset slow -crf 30 -pix_fmt yuvj444p -colorspace bt709 \
  -color_primaries bt709 -color_trc bt709 h264-bt709-odd.mp4
# VP9 and VP8 with pictures that are never shown.
ff -f lavfi -i "$(moving 96x64 25 2)" "${exact[@]}" -c:v libvpx-vp9 -b:v 60k -g 25 -auto-alt-ref 1 -lag-in-frames 16 vp9.webm
ff -f lavfi -i "$(moving 96x64 25 2)" "${exact[@]}" -c:v libvpx -b:v 60k -g 25 -auto-alt-ref 1 -lag-in-frames 16 vp8.webm
ff -f lavfi -i "$(moving 96x64 25 1)" "${exact[@]}" -c:v libaom-av1 -crf 50 -g 10 -cpu-used 8 -row-mt 0 av1.mp4
# Containers that spread or cut packets, or that do not say when a picture is shown.
ff -i h264-bframes.mp4 -c copy -map_metadata -1 h264.ts
ff -i h264-bframes.mp4 -an -c copy -map_metadata -1 h264.mkv
ff -f lavfi -i "$(moving 96x64 25 1)" "${exact[@]}" -c:v mpeg4 -bf 2 -g 10 -q:v 12 mpeg4.avi
ff -f lavfi -i "$(moving 96x64 25 1)" "${exact[@]}" -c:v mjpeg -q:v 20 -pix_fmt yuvj420p mjpeg.mov
# Sound: with a decoder's run-in (AAC, MP3, Opus), of several channels, without loss.
ff -f lavfi -i "aevalsrc='sin(440*2*PI*t)*0.5|sin(330*2*PI*t)*0.25':s=16000:d=0.5" -c:a aac -b:a 32k -flags:a +bitexact -map_metadata -1 tone.m4a
ff -f lavfi -i "aevalsrc='sin(440*2*PI*t)*0.5|sin(330*2*PI*t)*0.25':s=16000:d=0.5" -c:a libmp3lame -b:a 32k -flags:a +bitexact -map_metadata -1 tone.mp3
ff -f lavfi -i "aevalsrc='sin(440*2*PI*t)*0.5':s=48000:d=0.5" -c:a libopus -b:a 16k -flags:a +bitexact -map_metadata -1 tone.ogg
ff -f lavfi -i "aevalsrc='sin(440*2*PI*t)*0.5|sin(330*2*PI*t)*0.25|0.1':s=8000:d=0.25" -c:a flac -flags:a +bitexact -map_metadata -1 tone.flac
ff -f lavfi -i "aevalsrc='sin(440*2*PI*t)*0.5':s=8000:d=0.25" -c:a pcm_s16le -flags:a +bitexact -map_metadata -1 tone.wav

# MP4 and MOV files of H.264: what is made of their sample tables is compared with what reading their packets gives. These are by
# the ffmpeg 9 of the Python package imageio-ffmpeg.
mkdir -p ../mp4 && cd ../mp4
small=(-f lavfi -i "$(moving 64x48 25 0.8)")
sound=(-f lavfi -i sine=440:sample_rate=16000:duration=0.8)
plain=("${exact[@]}" -c:v libx264 -preset veryfast -crf 36 -pix_fmt yuv420p)
aac=(-c:a aac -b:a 16k -flags:a +bitexact)
ff "${small[@]}" "${plain[@]}" -x264-params open-gop=1:bframes=3 -g 5 plain.mp4
ff "${small[@]}" "${plain[@]}" -profile:v baseline baseline.mp4
ff "${small[@]}" "${plain[@]}" -x264-params interlaced=1:bframes=2 interlaced.mov
ff "${small[@]}" "${plain[@]}" -pix_fmt yuv422p10le ten-bits.mp4
ff "${small[@]}" "${plain[@]}" -pix_fmt gray gray.mp4
ff "${small[@]}" "${plain[@]}" -x264-params nal-hrd=cbr:vbv-maxrate=100:vbv-bufsize=100:bitrate=100:filler=1:aud=1:slices=3 filler.mp4
ff "${small[@]}" "${plain[@]}" -tune zerolatency -x264-params intra-refresh=1 refresh.mp4
ff "${small[@]}" "${plain[@]}" -bsf:v dump_extra=freq=keyframe repeated-parameters.mp4
ff "${small[@]}" "${plain[@]}" -color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709 colour.mp4
ff -i colour.mp4 -c copy -bsf:v h264_metadata=matrix_coefficients=5:video_full_range_flag=1 two-colours.mp4
ff "${small[@]}" "${sound[@]}" "${sound[@]}" "${plain[@]}" -map 0 -map 1 -map 2 "${aac[@]}" -metadata title=Hello -movflags +faststart two-sounds.mp4
ff -itsoffset 0.7 -i plain.mp4 "${sound[@]}" -map 0 -map 1 -c:v copy "${aac[@]}" late.mp4
ff -ss 0.3 -t 0.3 -i plain.mp4 -c copy cut.mp4
ff "${small[@]}" "${plain[@]}" -timecode 01:00:00:00 timecode.mov
ff "${small[@]}" "${sound[@]}" "${plain[@]}" "${aac[@]}" -movflags frag_keyframe -g 10 fragments.mp4
ff "${small[@]}" "${sound[@]}" "${plain[@]}" "${aac[@]}" -movflags +hybrid_fragmented -g 10 hybrid.mp4
ff "${small[@]}" "${plain[@]}" -movflags negative_cts_offsets negative-offsets.mp4
ff "${small[@]}" "${small[@]}" "${plain[@]}" -map 0 -map 1 two-videos.mp4
ff "${small[@]}" "${plain[@]}" -encryption_scheme cenc-aes-ctr -encryption_key 76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8 encrypted.mp4
ff "${small[@]}" "${sound[@]}" "${plain[@]}" -c:a libopus -b:a 16k opus.mp4
