// The frame around each page: navigation, notices, breadcrumbs, and the page itself, loaded when it is opened.

import AppLayout from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Flashbar from "@cloudscape-design/components/flashbar";
import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import TopNavigation from "@cloudscape-design/components/top-navigation";
import { Suspense, useEffect, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Missing } from "../pages/Missing";
import { PAGES, type Page, SECTIONS } from "../pages/table";
import { ErrorFence } from "../parts/ErrorFence";
import { Loading } from "../parts/Loading";
import { useWho } from "../session/SessionGate";
import { signOut } from "../session/session";
import { type Appearance, appearance, setAppearance } from "./appearance";
import { useNotices } from "./notices";

const NAVIGATION_WIDTH = 220;

export function Shell() {
  const [location, go] = useLocation();
  const { items } = useNotices();
  const [isOpen, setOpen] = useState(() => window.innerWidth > 900);
  const page = pageAt(location);
  useEffect(() => {
    document.title = page ? `${page.title} · Thingstead` : "Thingstead";
  }, [page]);
  const follow = (event: { preventDefault(): void; detail: { href?: string; external?: boolean } }) => {
    if (!event.detail.href || event.detail.external) return;
    event.preventDefault();
    go(event.detail.href);
    if (window.innerWidth <= 900) setOpen(false);
  };
  return (
    <>
      <div id="top">
        <Top />
      </div>
      <AppLayout
        headerSelector="#top"
        navigationWidth={NAVIGATION_WIDTH}
        navigationOpen={isOpen}
        onNavigationChange={({ detail }) => setOpen(detail.open)}
        toolsHide
        ariaLabels={{
          navigation: "Pages",
          navigationToggle: "Open the list of pages",
          navigationClose: "Close the list of pages",
          notifications: "What was done",
        }}
        notifications={<Flashbar items={items} stackItems />}
        breadcrumbs={<BreadcrumbGroup items={crumbsOf(location, page)} onFollow={follow} />}
        navigation={
          <SideNavigation
            header={{ href: "/", text: "Thingstead" }}
            activeHref={page ? page.home ?? page.path : location}
            items={navigation()}
            onFollow={follow}
          />
        }
        content={
          <ErrorFence key={location}>
            <Suspense fallback={<Loading />}>
              <Switch>
                {PAGES.map(({ path, View }) => (
                  <Route key={path} path={path}>
                    {(parameters) => <View parameters={decoded(parameters)} />}
                  </Route>
                ))}
                <Route>
                  <Missing />
                </Route>
              </Switch>
            </Suspense>
          </ErrorFence>
        }
      />
    </>
  );
}

function Top() {
  const who = useWho();
  const [, go] = useLocation();
  const [looks, setLooks] = useState<Appearance>(appearance());
  return (
    <TopNavigation
      identity={{
        href: "/",
        title: "Thingstead",
        onFollow: (event) => {
          event.preventDefault();
          go("/");
        },
      }}
      utilities={[
        {
          type: "menu-dropdown",
          text: who.name,
          description: who.arn,
          iconName: "user-profile",
          items: [
            { id: "looks-system", text: "Colours of the system", disabled: looks === "system" },
            { id: "looks-light", text: "Light", disabled: looks === "light" },
            { id: "looks-dark", text: "Dark", disabled: looks === "dark" },
            { id: "sign-out", text: "Sign out" },
          ],
          onItemClick: ({ detail }) => {
            if (detail.id === "sign-out") void signOut();
            const chosen = /^looks-(.*)$/.exec(detail.id)?.[1] as Appearance | undefined;
            if (chosen) {
              setAppearance(chosen);
              setLooks(chosen);
            }
          },
        },
      ]}
    />
  );
}

function navigation(): SideNavigationProps.Item[] {
  return SECTIONS.flatMap((section): SideNavigationProps.Item[] => {
    const links = PAGES.filter((page) => page.section === section && !page.home).map((page) => ({
      type: "link" as const,
      text: page.title,
      href: page.path,
    }));
    if (links.length === 0) return [];
    return section === "" ? links : [{ type: "section", text: section, items: links }];
  });
}

/** A page below another (`/things/:name` below `/things`) is reached through it. */
function crumbsOf(location: string, page: Page | undefined) {
  const root = { text: "Thingstead", href: "/" };
  if (!page || page.path === "/") return [root];
  const above = PAGES.find((other) => other.path === page.home);
  const name = decodeURIComponent(location.split("/").at(-1) ?? "");
  const own = { text: page.path.includes(":") ? name : page.title, href: location };
  return above ? [root, { text: above.title, href: above.path }, own] : [root, own];
}

function pageAt(location: string): Page | undefined {
  return PAGES.find(({ path }) => patternOf(path).test(location));
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\/\*$/, "(/.*)?").replace(/:[a-z]+/gi, "[^/]+")}/?$`);
}

function decoded(parameters: Record<string | number, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, safelyDecoded(value ?? "")]),
  );
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
