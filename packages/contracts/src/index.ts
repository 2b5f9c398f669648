/** The only door to the generated contracts: the definition (codec) of each service, and its messages. */
export { england, englishRegions, northernIreland, scotland, unitedKingdom, wales } from './area-codes';
export { compactObservations } from './compact';
export {
  Area,
  GetOccupationRequest,
  ListAreasReply,
  ListAreasRequest,
  Occupation,
  OccupationServiceDefinition,
  Related,
  SearchHit,
  SearchOccupationsReply,
  SearchOccupationsRequest,
} from './gen/lmi/occupations/v1/occupations';
export {
  Cell,
  Check,
  Level,
  ListReleasesReply,
  ListReleasesRequest,
  Release,
  SourceFile,
} from './gen/lmi/common/v1/common';
export {
  EmploymentObservation,
  EmploymentServiceDefinition,
  GetEmploymentReply,
  GetEmploymentRequest,
  GetReplacementDemandReply,
  GetReplacementDemandRequest,
} from './gen/lmi/employment/v1/employment';
export { GetPayReply, GetPayRequest, PayObservation, PayServiceDefinition } from './gen/lmi/pay/v1/pay';
