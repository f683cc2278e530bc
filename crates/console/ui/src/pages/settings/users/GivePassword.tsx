import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { FormModal } from "../../../parts/FormModal";
import { useNotices } from "../../../shell/notices";
import { PasswordField } from "./PasswordField";
import { givePassword } from "./calls";
import { passwordMistake } from "./password";

interface Props {
  user: string;
  onChanged: () => Promise<void>;
  onDismiss: () => void;
}

export function GivePassword({ user, onChanged, onDismiss }: Props) {
  const [password, setPassword] = useState("");
  const { tell } = useNotices();
  return (
    <FormModal
      title={`Give ${user} a new password`}
      verb="Give it"
      isReady={passwordMistake(password) === undefined}
      onSubmit={() => givePassword(user, password)}
      onDone={() => {
        onDismiss();
        tell("success", `${user} has a new password`);
        void onChanged();
      }}
      onDismiss={onDismiss}
    >
      <Box>The sessions that {user} has now end at once.</Box>
      <PasswordField password={password} onChange={setPassword} />
    </FormModal>
  );
}
