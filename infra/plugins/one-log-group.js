'use strict';

const ONE = 'Logs'; // infra/logs.yml

/**
 * All functions write to one log group (`provider.logs.lambda.logGroup`), so that a request can be followed through
 * them in one place, and the stack stays below CloudFormation's 500 resources. The framework would still make a
 * group for each: this takes them out, and lets the roles write to the one.
 */
class OneLogGroup {
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { 'before:package:finalize': () => this.unite() };
  }

  unite() {
    const { provider } = this.serverless.service;
    const resources = provider.compiledCloudFormationTemplate.Resources;
    const group = provider.logs.lambda.logGroup;
    const superfluous = Object.keys(resources).filter((id) => resources[id].Type === 'AWS::Logs::LogGroup');
    for (const id of superfluous) delete resources[id];
    for (const resource of Object.values(resources)) {
      if (Array.isArray(resource.DependsOn)) {
        resource.DependsOn = resource.DependsOn.map((id) => (superfluous.includes(id) ? ONE : id));
      }
      if (resource.Type === 'AWS::IAM::Role') this.pointAt(group, resource.Properties.Policies);
    }
  }

  pointAt(group, policies) {
    for (const statement of policies.flatMap((policy) => policy.PolicyDocument.Statement)) {
      if (statement.Action.includes('logs:PutLogEvents')) {
        statement.Action = ['logs:CreateLogStream', 'logs:PutLogEvents'];
        statement.Resource = {
          'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${group}:*`,
        };
      }
    }
  }
}

module.exports = OneLogGroup;
