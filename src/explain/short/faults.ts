import { wordPattern } from './words.ts'

/** The way in which a thing is wrong. */
export type Fault = 'expired' | 'unsupported' | 'required' | 'missing' | 'wrong'

/** The words of each fault, the most precise first. */
export const FAULTS: Readonly<Record<Fault, RegExp>> = {
  expired: wordPattern(
    'expired?|expires|expiry|time out|timed out|timeout|too old|stale|not active|inactive',
  ),
  unsupported: wordPattern(
    'not (?:be )?(?:supported?|enabled|available|offered|advertised)|unsupported|disabled|ignored|turned off|switched off|unavailable',
  ),
  required: wordPattern('required|requires?|needed|mandatory|must be sent'),
  missing: wordPattern(
    'no|missing|misses|without|lacks?|lacking|absent|empty|null|none|undefined|unknown|404|not (?:be )?(?:found|present|included|set|there|sent|added|provided|returned|have|contain|include|exist|find|known|resolved?|in)|unable to find|failed to find',
  ),
  wrong: wordPattern(
    'wrong|invalid|mismatch(?:es|ed)?|incorrect|unexpected|differs?|different|bad|broken|too short|unauthori[sz]ed|forbidden|denied|denies|reject(?:s|ed|ion)?|refus(?:es|ed|al)|block(?:s|ed|ing)?|fail(?:s|ed|ing|ure|ures)?|unable|untrusted|not (?:be )?(?:match(?:ing|ed)?|valid|equal|accepted|recogni[sz]ed|verif(?:y|ied)|correct|validated?|allow(?:ed)?|permitted|trusted|work(?:ing)?|possible|registered|fetch(?:ed)?|reach(?:ed|able)?|load(?:ed)?|retrieved?|get|read|parsed?|connect)|errors?|issues?|problems?|troubles?|400|401|403|405|not',
  ),
}

/** Words that say nothing about the cause: articles, verbs, parts of OAuth, programs. */
export const FILLER = wordPattern(
  [
    'a|an|the|my|our|your|this|that|its|it|i|we|you|any|some|other|same|new|custom|given|specified',
    'is|are|was|were|be|been|being|has|have|had|do|does|did|can|could|will|would|should|may|must',
    'in|on|at|of|for|from|to|by|with|via|as|into|inside|against|between|through|behind|over|out|up|and|or|but|if|so|when|while|after|before|during|because|since|then|even|though|although|still|also|always|sometimes|only|just|again|now|every|all|both|than|there|here',
    'found|silent|restart|restarting|restarted|reset|redeploy|upgraded|upgrading|protocol|why|how|what|where|which|who|help|please|question|bug|fix|solve|debug|sorry|sos|hi|hello',
    'use|uses|using|used|try|tries|trying|tried|get|gets|getting|got|give|gives|return|returns|returned|returning|throw|throws|thrown|say|says|said|show|shows|showing|see|seeing|receive|receiving|received|send|sends|sending|make|makes|call|calls|calling|run|running|connect|connecting|connection|connector|add|adding|configure|configured|configuration|config|setup|set|setting|settings|access|accessing|log|logs|validate|validating|validation|verify|verifying|verification|check|checking|decode|decoding|parse|claims?|values?|field|parameter|param|header|contain|contains|include|includes',
    'keycloak|kc|mcp|server|servers|client|clients|resource server|provider|idp|iam|sso|oauth2?|oauth 2|oauth 2 [01]|oidc|openid|openid connect|connect|token|tokens|access|bearer|id|jwt|json|web|api|app|application|service|user|users|login|logging|sign|signin|auth|authentication|authenticate|authenticating|authenticated|authorization|authorize|authorizing|flow|grant|request|requests|response|responses|endpoint|url|uri|http|status|code|description|message|exception|fatal|warning|realm|browser|page|admin|console|local|localhost|dev|development|remote|container|containers|docker|compose|kubernetes|k8s|proxy|nginx|version|upgrade|update|v?\\d\\d?|2\\d \\d \\d',
    'claude|claude code|claude desktop|claude ai|cursor|vscode|vs code|visual studio code|copilot|codex|gemini|gemini cli|chatgpt|inspector|mcp remote|librechat|n8n|goose|windsurf|zed|opencode|kiro|desktop|cli|sdk|typescript|javascript|python|java|node|nodejs|js|go|golang|rust|net|dotnet|asp net core|csharp|php|laravel|django|flask|fastapi|fastmcp|spring|spring boot|spring security|quarkus|express|nextjs|next js|nextauth|next auth|react|angular|vue|streamable|transport|sse|stdio|tool|tools|jose|pyjwt|authlib|httpx|oauth2 proxy|traefik|envoy|istio|kong|apisix',
  ].join('|'),
)
