export {
  widgets,
  type WidgetAttribute,
  type WidgetDescription,
  type WidgetEvent,
  type WidgetProperty,
} from './attributes';
export { widgetFile, widgetOfPath, type WidgetFile, type WidgetName } from './files';
export {
  embedPage,
  embedStyles,
  frameSnippet,
  widgetDescription,
  widgetSnippet,
  type EmbedPage,
} from './snippet';
