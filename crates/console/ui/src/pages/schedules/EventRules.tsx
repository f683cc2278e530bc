import { SwitchedList } from "./SwitchedList";
import { type EventRule, deleteRule, listRules, runsOfRule, switchRule, targetsOf } from "./calls";

export function EventRules() {
  return (
    <SwitchedList<EventRule>
      title="Rules of EventBridge"
      noun="rules"
      kind="rule"
      keyOf={({ Name }) => Name}
      list={listRules}
      turn={({ Name }, isOn) => switchRule(Name, isOn)}
      remove={({ Name }) => deleteRule(Name)}
      detail={async (rule) => ({ ...rule, Targets: await targetsOf(rule.Name) })}
      runs={({ Name }) => runsOfRule(Name)}
      consequences="Its targets go with it: it fires no more. What it has fired already is still carried out."
      columns={[
        {
          id: "when",
          header: "Fires",
          cell: ({ ScheduleExpression, EventPattern }) => ScheduleExpression ?? EventPattern ?? "–",
        },
        { id: "about", header: "Description", isWideOnly: true, cell: ({ Description }) => Description ?? "–" },
      ]}
    />
  );
}
