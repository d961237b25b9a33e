import type { ContainerModuleLoadOptions, ServiceIdentifier } from 'inversify';

export type Bind = ContainerModuleLoadOptions['bind'];
type Identifiers<Dependencies> = {
  readonly [Name in keyof Dependencies]: ServiceIdentifier<Dependencies[Name]>;
};

/** Binds one instance for each container, which `create` makes from the services that the tokens name. */
export function provide<Service, Dependencies extends object>(
  bind: Bind,
  service: ServiceIdentifier<Service>,
  create: (dependencies: Dependencies) => Service,
  identifiers: Identifiers<Dependencies>,
): void {
  const names = Object.keys(identifiers) as (keyof Dependencies)[];
  bind(service)
    .toResolvedValue(
      (...values: unknown[]) =>
        create(Object.fromEntries(names.map((name, index) => [name, values[index]])) as Dependencies),
      names.map((name) => identifiers[name]),
    )
    .inSingletonScope();
}
