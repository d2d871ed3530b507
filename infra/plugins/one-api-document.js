'use strict';

const API = 'ApiGatewayRestApi';
const METHODS = ['get', 'post', 'put', 'patch', 'delete']; // what ANY stands for here

/**
 * Describes the REST API in one document, the `Body` of the API, instead of one resource for each path segment and
 * each method. Two hundred resources fewer keep the stack below CloudFormation's 500 and deploy in one call.
 * What routes there are stays in serverless.yml.
 */
class OneApiDocument {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { 'before:package:finalize': () => this.unite() };
  }

  unite() {
    const resources = this.serverless.service.provider.compiledCloudFormationTemplate.Resources;
    const ofType = (type) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
    const paths = {};
    for (const [, method] of ofType('AWS::ApiGateway::Method')) {
      const path = this.pathOf(method.Properties.ResourceId, resources);
      paths[path] = { ...paths[path], ...this.operations(path, method.Properties) };
    }
    const { Properties } = resources[API];
    Properties.Body = {
      openapi: '3.0.1',
      info: { title: Properties.Name, version: '1' },
      paths,
      'x-amazon-apigateway-gateway-responses': this.responses(),
    };
    const replaced = ['AWS::ApiGateway::Method', 'AWS::ApiGateway::Resource'];
    for (const [id] of replaced.flatMap(ofType)) delete resources[id];
    for (const [, deployment] of ofType('AWS::ApiGateway::Deployment')) delete deployment.DependsOn;
  }

  /** What the gateway answers by itself, as infra/gateway.yml words it. */
  responses() {
    const worded = Object.entries(this.serverless.service.custom.gateway_responses);
    return Object.fromEntries(worded.map(([type, { status, ...words }]) => [type, {
      statusCode: status,
      responseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
      },
      responseTemplates: { 'application/json': this.problem(status, words) },
    }]));
  }

  problem(status, { code, title, detail }) {
    const about = { type: `/problems/${code}`, title, status, detail, code };
    return JSON.stringify({ ...about, request_id: '$context.requestId' });
  }

  pathOf(reference, resources) {
    if (!reference.Ref) return '/'; // the root, as an attribute of the API
    const { ParentId, PathPart } = resources[reference.Ref].Properties;
    return `${this.pathOf(ParentId, resources)}/${PathPart}`.replace('//', '/');
  }

  operations(path, { HttpMethod, Integration }) {
    const names = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name);
    const operation = {
      parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
      responses: {},
      'x-amazon-apigateway-integration': {
        type: 'aws_proxy',
        httpMethod: Integration.IntegrationHttpMethod,
        uri: Integration.Uri,
      },
    };
    const methods = HttpMethod === 'ANY' ? METHODS : [HttpMethod.toLowerCase()];
    return Object.fromEntries(methods.map((method) => [method, operation]));
  }
}

module.exports = OneApiDocument;
