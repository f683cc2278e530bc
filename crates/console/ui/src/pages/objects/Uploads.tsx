// Files on their way into a bucket, one after the other, each with its progress.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FileDropzone from "@cloudscape-design/components/file-dropzone";
import FileInput from "@cloudscape-design/components/file-input";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useRef, useState } from "react";
import { upload } from "../../aws/upload";
import { bytesText } from "../../parts/bytesText";
import { problemText } from "../../shell/notices";

interface Going {
  id: number;
  name: string;
  bytes: number;
  share: number;
  state: "in-progress" | "success" | "error";
  failure?: string;
}

export function Uploads({ bucket, prefix, onDone }: { bucket: string; prefix: string; onDone: () => void }) {
  const [going, setGoing] = useState<Going[]>([]);
  const lastId = useRef(0);
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const isBusy = going.some(({ state }) => state === "in-progress");

  async function send(files: File[]) {
    const running = new AbortController();
    control.current = running;
    const added = files.map((file): Going & { file: File } => {
      lastId.current += 1;
      return { id: lastId.current, name: file.name, bytes: file.size, share: 0, state: "in-progress", file };
    });
    setGoing((held) => [...held.filter(({ state }) => state !== "success"), ...added]);
    const tell = (id: number, part: Partial<Going>) =>
      setGoing((held) => held.map((one) => (one.id === id ? { ...one, ...part } : one)));
    for (const { id, file } of added) {
      try {
        const key = `${prefix}${file.name}`;
        await upload({ bucket, key, file, signal: running.signal, onProgress: (share) => tell(id, { share }) });
        tell(id, { state: "success", share: 1 });
      } catch (error) {
        tell(id, { state: "error", failure: problemText(error) });
      }
    }
    onDone();
  }

  return (
    <Container>
      <SpaceBetween size="s">
        <FileDropzone onChange={({ detail }) => void send(detail.value)}>
          <SpaceBetween size="xs" alignItems="center">
            <FileInput multiple value={[]} onChange={({ detail }) => void send(detail.value)}>
              Choose files
            </FileInput>
            <Box color="text-body-secondary">or drop them here; they go to {prefix || "the bucket"}</Box>
          </SpaceBetween>
        </FileDropzone>
        {going.map((one) => (
          <ProgressBar
            key={one.id}
            label={one.name}
            description={bytesText(one.bytes)}
            value={one.share * 100}
            status={one.state}
            resultText={one.state === "error" ? one.failure : "Uploaded"}
          />
        ))}
        {isBusy && <Button onClick={() => control.current?.abort()}>Stop</Button>}
      </SpaceBetween>
    </Container>
  );
}
