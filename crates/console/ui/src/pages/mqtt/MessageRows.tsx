// The list of messages: only the rows that are in sight are drawn.

import { useLayoutEffect, useRef, useState } from "react";
import { colourOf } from "../../parts/chartLook";
import { useDark } from "../../parts/useDark";
import type { Arrived } from "./messageLog";
import styles from "./mqtt.module.css";
import { preview } from "./payload";
import { matches } from "./topics";
import type { Wanted } from "./useMqtt";

const ROW_PX = 34;
const HEIGHT_PX = 480;
/** Beside a message that is shown in full. */
const HEIGHT_PX_BESIDE = 275;
/** Drawn beyond what is in sight, so that scrolling shows no gaps. */
const SPARE_ROWS = 6;
/** Filters that one message shows the colours of. */
const COLOURS_MAX = 3;

interface Props {
  messages: Arrived[];
  wanted: Wanted[];
  chosen: Arrived | undefined;
  onChoose: (message: Arrived) => void;
}

export function MessageRows({ messages, wanted, chosen, onChoose }: Props) {
  const [top, setTop] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  useKeptPlace(place, messages);
  const height = chosen ? HEIGHT_PX_BESIDE : HEIGHT_PX;
  const first = Math.max(0, Math.floor(top / ROW_PX) - SPARE_ROWS);
  const last = Math.min(messages.length, Math.ceil((top + height) / ROW_PX) + SPARE_ROWS);
  return (
    <div
      ref={place}
      className={styles.rows}
      style={{ height: Math.min(height, Math.max(messages.length, 3) * ROW_PX + 2) }}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      <ul className={styles.list} style={{ height: messages.length * ROW_PX }} aria-label="Messages, newest first">
        {messages.slice(first, last).map((message, index) => (
          <li key={message.id} style={{ transform: `translateY(${(first + index) * ROW_PX}px)` }}>
            <Row message={message} wanted={wanted} isChosen={message === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Who has scrolled down reads: what comes above must not push the rows away. */
function useKeptPlace(place: React.RefObject<HTMLDivElement | null>, messages: Arrived[]) {
  const newest = useRef<number>(undefined);
  useLayoutEffect(() => {
    const before = newest.current;
    newest.current = messages[0]?.id;
    const box = place.current;
    if (!box || before === undefined || box.scrollTop < ROW_PX) return;
    const added = messages.findIndex(({ id }) => id <= before);
    if (added > 0) box.scrollTop += added * ROW_PX;
  }, [messages, place]);
}

interface RowProps {
  message: Arrived;
  wanted: Wanted[];
  isChosen: boolean;
  onChoose: (message: Arrived) => void;
}

function Row({ message, wanted, isChosen, onChoose }: RowProps) {
  const isDark = useDark();
  const colours = wanted.flatMap(({ filter }, index) =>
    matches(filter, message.topic) ? [colourOf(index, isDark)] : [],
  );
  return (
    <button
      type="button"
      className={isChosen ? `${styles.row} ${styles.chosen}` : styles.row}
      aria-pressed={isChosen}
      onClick={() => onChoose(message)}
      // Rows that move away under the pointer would never see it go up.
      onMouseDown={() => onChoose(message)}
    >
      <span className={styles.dots}>
        {colours.slice(0, COLOURS_MAX).map((colour) => (
          <span key={colour} className={styles.dot} style={{ background: colour }} />
        ))}
      </span>
      <span className={styles.time}>{timeText(message.at)}</span>
      <span className={styles.topic}>{message.topic}</span>
      <span className={styles.preview}>{preview(message.payload)}</span>
    </button>
  );
}

function timeText(at: number): string {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const millis = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${millis}`;
}
