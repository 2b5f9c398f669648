import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
} from '@modelcontextprotocol/sdk/types.js';
import type { Log } from '@lmi/kit';
import { joined, type Answer } from '../http/answer';
import { makeTools } from './tools';

/** Asks the API itself, as any client would. */
export type Ask = (url: string) => Promise<Answer>;

/** Of the tools, for clients that show it. */
const VERSION = '2.0.0';

const INSTRUCTIONS = `Labour-market figures of the United Kingdom from official statistics. Find the occupation code first (search_occupations or code_title). Every figure has unit, period, marks and source: say them with it. Marks such as "modelled", "projected", "unreliable" or "coarser" limit what a figure means; "confidential" and "not-available" figures have no value and are not zero.`;

const tools = makeTools();
const list = [...tools.values()].map(({ urlOf: _, ...shown }) => shown);

async function call(name: string, values: Record<string, unknown>, ask: Ask): Promise<CallToolResult> {
  const tool = tools.get(name);
  if (!tool)
    throw new McpError(
      ErrorCode.InvalidParams,
      `There is no tool ${name}; valid are ${[...tools.keys()].join(', ')}.`,
    );
  const answer = await ask(tool.urlOf(values));
  const bytes = joined(answer.body);
  const text = Buffer.from(answer.traced ? `${bytes}}` : bytes, 'latin1').toString('utf8');
  const content = [{ type: 'text' as const, text }];
  // A problem says which argument is wrong and what is valid, so that the model can mend its call.
  if (answer.status >= 400) return { content, isError: true };
  return { content, structuredContent: JSON.parse(text) as Record<string, unknown> };
}

/**
 * Answers one message of the Model Context Protocol. Nothing is kept between messages, so that any replica answers.
 * @param body the JSON value that was sent.
 */
export async function answerMcp(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  { ask, log }: { readonly ask: Ask; readonly log: Log },
): Promise<void> {
  const server = new Server(
    { name: 'lmi-for-all', title: 'LMI for All', version: VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.onerror = (error) => log.debug({ err: error }, 'mcp message refused');
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: list }));
  server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
    call(params.name, params.arguments ?? {}, ask),
  );
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  response.on('close', () => void server.close().catch(() => undefined));
  await server.connect(transport as Parameters<typeof server.connect>[0]);
  await transport.handleRequest(request, response, body);
}
