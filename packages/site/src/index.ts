export { readAsset, type AssetFile } from './assets';
export { guides } from './guides';
export { contentSecurityPolicy, renderPage, siteName, type Link, type Page } from './layout';
export type { PageAnswer, PageRequest, PageTools, Reply, SitePage } from './page';
export { findPage, sitePages } from './pages';
export { problemPage, troublePage } from './pages/problems';
export { siteVersion } from './version';
export { statusPage, usagePage, type StatusFacts, type UsageFacts } from './pages/operations';
