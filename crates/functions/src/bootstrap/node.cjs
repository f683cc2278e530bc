// Runs handlers of Node, which it hears of on a channel to the server, with nothing but Node itself.
'use strict';

const path = require('node:path');
const fs = require('node:fs');
const { pathToFileURL } = require('node:url');

const WORDS = { ready: 'Y', initError: 'I', response: 'R', error: 'E', lastError: 'L' };
const KEPT_BYTES = 64 * 1024;

// A socket to the server, as crates/functions/src/channel.rs has it. It is read and written without the event
// loop: there is nothing to do until the next invocation comes, and AWS stops a worker for so long as well. What
// an invocation left behind, timers and promises, goes on during the next one.
class Channel {
  constructor(descriptor) {
    this.descriptor = descriptor;
    // Most of what is said and heard fits, and needs no memory of its own.
    this.kept = Buffer.allocUnsafeSlow(KEPT_BYTES);
  }

  say(word, text = '') {
    // A character takes three bytes at most.
    const bytes = 5 + 3 * text.length <= KEPT_BYTES ? this.kept : Buffer.allocUnsafe(5 + Buffer.byteLength(text));
    bytes[0] = word.charCodeAt(0);
    const length = bytes.utf8Write(text, 5);
    bytes.writeUInt32BE(length, 1);
    for (let at = 0; at < 5 + length;) at += fs.writeSync(this.descriptor, bytes, at, 5 + length - at);
  }

  // Waits for the next invocation: what is told of it, and its payload.
  hear() {
    let bytes = this.kept;
    let have = this.read(bytes, 0, 8);
    const begin = 8 + bytes.readUInt32BE(0);
    const end = begin + bytes.readUInt32BE(4);
    if (end > bytes.length) {
      bytes = Buffer.allocUnsafe(end);
      this.kept.copy(bytes, 0, 0, have);
    }
    have = this.read(bytes, have, end);
    return { told: JSON.parse(bytes.utf8Slice(8, begin)), payload: bytes.utf8Slice(begin, end) };
  }

  // Reads on until there are so many bytes.
  read(into, have, wanted) {
    while (have < wanted) {
      const count = fs.readSync(this.descriptor, into, have, into.length - have, null);
      // The server is gone, and with it all that is to be done.
      if (count === 0) process.exit(0);
      have += count;
    }
    return have;
  }

  // Nothing more comes: the server ends this process when it has heard what was said last.
  waitForEnd() {
    for (;;) this.read(this.kept, 0, 1);
  }
}

class RuntimeError extends Error {
  constructor(kind, message) {
    super(message);
    this.name = kind;
  }
}

function documentOf(error) {
  if (error instanceof Error || (error && error.name && error.message !== undefined)) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

let requestId = '';

// As the console writes on AWS: time, request id, level, message.
function setUpConsole() {
  const { format } = require('node:util');
  const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...words) => {
      const text = format(...words).replaceAll('\n', '\r');
      fs.writeSync(1, `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text}\n`);
    };
  }
}

async function load(file) {
  const root = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  const found = ['', '.js', '.mjs', '.cjs'].map((end) => root + end).find((name) => fs.existsSync(name) && fs.statSync(name).isFile());
  if (!found) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(file)}'`);
  }
  try {
    if (found.endsWith('.mjs')) return await import(pathToFileURL(found));
    try {
      return require(found);
    } catch (error) {
      if (error.code !== 'ERR_REQUIRE_ESM' && error.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
      return await import(pathToFileURL(found));
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw Object.assign(new RuntimeError('Runtime.UserCodeSyntaxError', String(error)), { stack: error.stack });
    }
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') {
      throw Object.assign(new RuntimeError('Runtime.ImportModuleError', String(error)), { stack: error.stack });
    }
    throw error;
  }
}

async function findHandler(text) {
  const base = path.basename(text);
  const at = base.indexOf('.');
  if (at < 1) {
    throw new RuntimeError('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const file = path.join(path.dirname(text), base.slice(0, at));
  const name = base.slice(at + 1);
  let found = await load(file);
  const pick = (from) => name.split('.').reduce((it, part) => it?.[part], from);
  const handler = pick(found) ?? pick(found.default);
  if (handler === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${text} is not a function`);
  }
  return handler;
}

const ENVIRONMENT = {
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
  logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
};

function contextOf({ id, arn, deadline, client }) {
  const document = client && (client.trimStart().startsWith('{') ? client : Buffer.from(client, 'base64'));
  return {
    callbackWaitsForEmptyEventLoop: true,
    ...ENVIRONMENT,
    awsRequestId: id,
    invokedFunctionArn: arn,
    clientContext: document ? JSON.parse(document) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

// The document of an error, which is logged.
function logged(error) {
  const text = JSON.stringify(documentOf(error));
  fs.writeSync(1, `${new Date().toISOString()}\t${requestId || 'undefined'}\tERROR\tInvoke Error \t${text}\n`);
  return text;
}

// Invocations, one after the other.
class Loop {
  constructor(channel, handler) {
    this.channel = channel;
    this.handler = handler;
    // An async function whose promise nobody can settle any more has failed; any other has answered null.
    this.isAsync = handler.constructor.name === 'AsyncFunction';
    this.whenIdle = () => {};
    this.next = () => this.turn();
    process.on('beforeExit', () => this.whenIdle());
  }

  turn() {
    const { told, payload } = this.channel.hear();
    requestId = told.id;
    process.env._X_AMZN_TRACE_ID = told.trace;
    let isDone = false;
    // The first of all ways to answer counts.
    const once = (settle) => (...given) => {
      if (isDone) return;
      isDone = true;
      settle(...given);
    };
    const isError = (error) => error !== undefined && error !== null;
    const settle = (error, value) => (isError(error) ? this.fail(error) : this.succeed(value));
    const done = once(settle);
    const fail = once((error) => this.fail(error ?? 'handled'));
    this.whenIdle = once(() => {
      if (this.isAsync) this.fail(new RuntimeError('Runtime.NodeJsExit', ''));
      else this.succeed(null);
    });
    try {
      const context = contextOf(told);
      context.done = done;
      context.succeed = once((value) => this.succeed(value));
      context.fail = fail;
      const callback = once((error, value) => {
        if (isError(error) || !context.callbackWaitsForEmptyEventLoop) settle(error, value);
        else this.whenIdle = () => this.succeed(value);
      });
      const given = this.handler(JSON.parse(payload), context, callback);
      if (typeof given?.then === 'function') given.then(context.succeed, fail);
    } catch (error) {
      fail(error);
    }
  }

  succeed(value) {
    let text;
    try {
      text = JSON.stringify(value === undefined ? null : value) ?? 'null';
    } catch (error) {
      return this.fail(error);
    }
    this.answer(WORDS.response, text);
  }

  fail(error) {
    this.answer(WORDS.error, logged(error));
  }

  // The event loop has a turn between two invocations, for what they left behind.
  answer(word, text) {
    this.whenIdle = () => {};
    requestId = '';
    this.channel.say(word, text);
    setImmediate(this.next);
  }
}

async function main() {
  setUpConsole();
  const channel = new Channel(Number(process.env.THINGSTEAD_CHANNEL));
  delete process.env.THINGSTEAD_CHANNEL;
  let isReady = false;
  const end = (word, error) => {
    channel.say(word, logged(error));
    channel.waitForEnd();
  };
  const stop = (kind) => (error) => {
    const wrapped = Object.assign(new RuntimeError(kind, error?.message ?? String(error)), { stack: error?.stack ?? '' });
    if (!isReady) end(WORDS.initError, wrapped);
    if (requestId) end(WORDS.lastError, wrapped);
    // Nobody waits for an answer.
    logged(wrapped);
    process.exit(128);
  };
  process.on('uncaughtException', stop('Runtime.UncaughtException'));
  process.on('unhandledRejection', stop('Runtime.UnhandledPromiseRejection'));
  let handler;
  try {
    handler = await findHandler(process.env._HANDLER ?? '');
  } catch (error) {
    end(WORDS.initError, error);
  }
  isReady = true;
  channel.say(WORDS.ready);
  setImmediate(new Loop(channel, handler).next);
}

main();
