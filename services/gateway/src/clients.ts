import {
  CourseServiceDefinition,
  EmploymentServiceDefinition,
  OccupationServiceDefinition,
  PayServiceDefinition,
  VacancyServiceDefinition,
} from '@lmi/contracts';
import type { Calls, Client } from '@lmi/kit';

/** The services behind the gateway. */
export interface Clients {
  readonly pay: Client<typeof PayServiceDefinition>;
  readonly employment: Client<typeof EmploymentServiceDefinition>;
  readonly occupations: Client<typeof OccupationServiceDefinition>;
  readonly vacancies: Client<typeof VacancyServiceDefinition>;
  readonly courses: Client<typeof CourseServiceDefinition>;
}

export function clientsOf(calls: Calls): Clients {
  return {
    pay: calls.client(PayServiceDefinition),
    employment: calls.client(EmploymentServiceDefinition),
    occupations: calls.client(OccupationServiceDefinition),
    vacancies: calls.client(VacancyServiceDefinition),
    courses: calls.client(CourseServiceDefinition),
  };
}
