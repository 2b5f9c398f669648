import { ServiceNavigation } from 'govuk-frontend';

// GOV.UK Frontend's components wait for these classes; without scripts the pages need none of them.
document.body.classList.add('js-enabled', 'govuk-frontend-supported');
for (const element of document.querySelectorAll('[data-module="govuk-service-navigation"]')) {
  new ServiceNavigation(element);
}
