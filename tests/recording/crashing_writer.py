"""A process that records until it is killed: each line that it prints says what is on the disk by then."""

import sys
from pathlib import Path

from secure_agent.recording.recorder import Recorder
from tests.recording.sounds import CALL, TODAY, sealed_under, tone

FRAME_S = 0.02
CARD_HZ = 2000.0


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    folder, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
    recorder = Recorder(folder, call=CALL, new_key=lambda _: sealed_under(key), today=lambda: TODAY)
    recorder.start(0.0)
    frame = 0
    for second in range(3_600):
        hz = CARD_HZ if second % 5 in (2, 3) else 440.0
        for _ in range(round(1 / FRAME_S)):
            at_s = frame * FRAME_S
            recorder.caller_frame(tone(hz, FRAME_S, at_s=at_s).tobytes(), at_s)
            recorder.agent_frame(tone(1000.0, FRAME_S, at_s=at_s).tobytes(), at_s)
            frame += 1
        if second % 5 == 4:  # both seconds were a card, as it turns out
            tell(f"muting {second - 2} {second}")
            recorder.mute_caller(second - 2.0, float(second), reason="card_spoken")
            tell(f"muted {second - 2} {second}")
        tell(f"heard {second + 1}")


if __name__ == "__main__":
    main()
