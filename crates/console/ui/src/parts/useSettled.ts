import { useEffect, useState } from "react";

/** The value once it has not changed for a while: what is typed is not asked for at each letter. */
export function useSettled<Value>(value: Value, millis = 300): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), millis);
    return () => window.clearTimeout(timer);
  }, [value, millis]);
  return settled;
}
