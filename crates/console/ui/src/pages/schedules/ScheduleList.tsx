import { Moment } from "../../parts/Moment";
import { SwitchedList } from "./SwitchedList";
import { type ScheduleRow, deleteSchedule, getSchedule, listSchedules, runsOfSchedule, switchSchedule } from "./calls";

export function ScheduleList() {
  return (
    <SwitchedList<ScheduleRow>
      title="Schedules"
      noun="schedules"
      kind="schedule"
      keyOf={({ GroupName, Name }) => `${GroupName}/${Name}`}
      list={listSchedules}
      turn={switchSchedule}
      remove={deleteSchedule}
      detail={getSchedule}
      runs={runsOfSchedule}
      consequences="It fires no more. What it has fired already is still carried out."
      columns={[
        { id: "group", header: "Group", cell: ({ GroupName }) => GroupName },
        { id: "target", header: "Target", cell: ({ Target }) => Target?.Arn ?? "–" },
        {
          id: "changed",
          header: "Changed",
          isWideOnly: true,
          cell: ({ LastModificationDate: at }) => <Moment at={at && at * 1000} />,
        },
      ]}
    />
  );
}
