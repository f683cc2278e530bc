// The actions of a rule, one below the other, each as a form or as JSON.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ActionCard } from "./ActionCard";
import { ACTION_KINDS } from "./actionKinds";
import type { Action } from "./calls";

/** As many as AWS allows. */
const ACTIONS_MAX = 10;

export interface ActionsFieldProps {
  title: string;
  description: string;
  actions: Action[];
  onChange: (actions: Action[]) => void;
  most?: number;
  /** What the server says is wrong with them. */
  problem?: string;
}

export function ActionsField(props: ActionsFieldProps) {
  const { title, description, actions, onChange, most = ACTIONS_MAX, problem } = props;
  const replaced = (at: number, action: Action) => actions.map((other, index) => (index === at ? action : other));
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={description}
          actions={
            <ButtonDropdown
              disabled={actions.length >= most}
              items={[
                ...ACTION_KINDS.map(({ key, title: text }) => ({ id: key, text })),
                { id: "other", text: "Another, as JSON" },
              ]}
              onItemClick={({ detail }) =>
                onChange([...actions, { [detail.id === "other" ? "dynamoDB" : detail.id]: {} }])
              }
            >
              Add
            </ButtonDropdown>
          }
        >
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        {problem && <Alert type="error">{problem}</Alert>}
        {actions.length === 0 && <Box color="text-body-secondary">None.</Box>}
        {actions.map((action, at) => (
          <ActionCard
            // Actions have no names, and stay at their place while they are edited.
            key={at}
            action={action}
            onChange={(changed) => onChange(replaced(at, changed))}
            onRemove={() => onChange(actions.filter((_, index) => index !== at))}
          />
        ))}
      </SpaceBetween>
    </Container>
  );
}
