import Link, { type LinkProps } from "@cloudscape-design/components/link";
import { useLocation } from "wouter";

/** A link to a page of this console, followed without loading anew. */
export function PageLink({ href, ...rest }: LinkProps & { href: string }) {
  const [, go] = useLocation();
  return (
    <Link
      {...rest}
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        go(href);
      }}
    />
  );
}
