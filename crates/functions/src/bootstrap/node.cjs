// Runs handlers of Node behind the Runtime API, with nothing but Node itself.
'use strict';

const net = require('node:net');
const path = require('node:path');
const fs = require('node:fs');
const { pathToFileURL } = require('node:url');

const API = '/2018-06-01/runtime/';
const ADDRESS = process.env.AWS_LAMBDA_RUNTIME_API;

const HEADERS_END = '\r\n\r\n';

// One connection to the Runtime API, kept open. Requests may follow each other without waiting: an answer
// and the question for what is next are one write, and one turn of the loop.
class Connection {
  constructor() {
    const at = ADDRESS.lastIndexOf(':');
    this.socket = net.connect({ host: ADDRESS.slice(0, at), port: Number(ADDRESS.slice(at + 1)), noDelay: true });
    this.buffer = Buffer.alloc(0);
    this.waiting = [];
    this.socket.on('data', (data) => {
      this.buffer = this.buffer.length ? Buffer.concat([this.buffer, data]) : data;
      while (this.settle());
    });
    // The server is gone, and with it all that is to be done.
    this.socket.on('close', () => process.exit(0));
    this.socket.on('error', () => process.exit(0));
  }

  call(...request) {
    return this.callAll([request])[0];
  }

  // Promises of the answers, in order.
  callAll(requests) {
    const text = ([method, where, body = '', headers = '']) =>
      `${method} ${API}${where} HTTP/1.1\r\nHost: ${ADDRESS}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const answers = requests.map(() => new Promise((resolve) => this.waiting.push(resolve)));
    this.socket.write(requests.map(text).join(''));
    return answers;
  }

  // Hands out the first answer that is there whole.
  settle() {
    const end = this.buffer.indexOf(HEADERS_END);
    if (end < 0 || !this.waiting.length) return false;
    const fields = {};
    for (const line of this.buffer.latin1Slice(0, end).split('\r\n')) {
      const at = line.indexOf(':');
      if (at > 0) fields[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
    }
    const begin = end + HEADERS_END.length;
    const length = Number(fields['content-length'] ?? 0);
    if (this.buffer.length < begin + length) return false;
    const body = this.buffer.subarray(begin, begin + length);
    this.buffer = this.buffer.subarray(begin + length);
    this.waiting.shift()({ fields, body });
    return true;
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

function contextOf(fields) {
  const deadline = Number(fields['lambda-runtime-deadline-ms']);
  const given = fields['lambda-runtime-client-context'];
  const client = given && JSON.parse(given.trimStart().startsWith('{') ? given : Buffer.from(given, 'base64'));
  const identity = fields['lambda-runtime-cognito-identity'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    awsRequestId: fields['lambda-runtime-aws-request-id'],
    invokedFunctionArn: fields['lambda-runtime-invoked-function-arn'],
    clientContext: client || undefined,
    identity: identity ? JSON.parse(identity) : undefined,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

// What the handler answers: by a promise, or by a callback, which may wait until nothing is left to do.
function answerOf(handler, event, context, connection) {
  return new Promise((resolve, reject) => {
    let isDone = false;
    const settle = (error, value) => (error !== undefined && error !== null ? reject(error) : resolve(value));
    const callback = (error, value) => {
      if (isDone) return;
      isDone = true;
      if (!context.callbackWaitsForEmptyEventLoop) return settle(error, value);
      connection.socket.unref();
      process.once('beforeExit', () => {
        connection.socket.ref();
        settle(error, value);
      });
    };
    context.done = callback;
    context.succeed = (value) => callback(null, value);
    context.fail = (error) => callback(error ?? 'handled');
    const given = handler(event, context, callback);
    if (given && typeof given.then === 'function') {
      given.then(resolve, reject);
    } else if (handler.length < 3 && given !== undefined) {
      resolve(given);
    } else if (!isDone) {
      // A callback that never comes: when nothing is left to do, the answer is null.
      connection.socket.unref();
      process.once('beforeExit', () => {
        connection.socket.ref();
        resolve(null);
      });
    }
  });
}

// The request that tells of an error, which is logged.
function failure(where, error) {
  const document = documentOf(error);
  const text = JSON.stringify(document);
  fs.writeSync(1, `${new Date().toISOString()}\t${requestId || 'undefined'}\tERROR\tInvoke Error \t${text}\n`);
  return ['POST', where, text, `Lambda-Runtime-Function-Error-Type: ${document.errorType}\r\n`];
}

async function main() {
  setUpConsole();
  const connection = new Connection();
  let handler;
  try {
    handler = await findHandler(process.env._HANDLER ?? '');
  } catch (error) {
    await connection.call(...failure('init/error', error));
    process.exit(1);
  }
  let asked = null;
  const stop = (kind) => (error) => {
    const wrapped = Object.assign(new RuntimeError(kind, error?.message ?? String(error)), { stack: error?.stack ?? '' });
    const where = requestId ? `invocation/${requestId}/error` : 'init/error';
    const told = failure(where, wrapped);
    // Behind the question for what is next, it would be heard only when there is something.
    if (asked && !requestId) process.exit(128);
    connection.call(...told).finally(() => process.exit(128));
  };
  process.on('uncaughtException', stop('Runtime.UncaughtException'));
  process.on('unhandledRejection', stop('Runtime.UnhandledPromiseRejection'));
  const next = ['GET', 'invocation/next'];
  asked = connection.call(...next);
  for (;;) {
    const { fields, body } = await asked;
    if (!fields['lambda-runtime-aws-request-id']) process.exit(0);
    requestId = fields['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = fields['lambda-runtime-trace-id'] ?? '';
    let answer;
    try {
      const given = await answerOf(handler, JSON.parse(body), contextOf(fields), connection);
      const text = JSON.stringify(given === undefined ? null : given) ?? 'null';
      answer = ['POST', `invocation/${requestId}/response`, text];
    } catch (error) {
      answer = failure(`invocation/${requestId}/error`, error);
    }
    requestId = '';
    asked = connection.callAll([answer, next])[1];
  }
}

main();
