import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { problemText } from "../shell/notices";

/** A page that breaks breaks alone: the navigation around it goes on. */
export class ErrorFence extends Component<{ children: ReactNode }, { error?: unknown }> {
  state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Alert
        type="error"
        header="This page has failed"
        action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
      >
        {problemText(this.state.error)}
      </Alert>
    );
  }
}
