"""Why a remote provider's seal is not put on."""

from app.kernel.errors import declare

CSC_ADDRESS = declare(
    "seal-provider-address",
    422,
    "签章服务地址无效：{url}",
    "This is no address of a sealing service: {url}",
    "请使用 https 地址（本机 127.0.0.1 可用 http）。",
    "Use an https address (http only at 127.0.0.1).",
)
CSC_UNREACHABLE = declare(
    "seal-provider-unreachable",
    503,
    "签章服务无法连接或没有按时答复：{reason}",
    "The sealing service cannot be reached or did not answer in time: {reason}",
    "已准备和已返回的签名不会丢失；请检查网络后继续。",
    "What was prepared and what came back is kept: check the network and go on.",
)
CSC_REFUSES = declare(
    "seal-provider-refuses",
    422,
    "签章服务拒绝了请求：{reason}",
    "The sealing service refused: {reason}",
    "请检查访问令牌和证书编号，或联系签章服务商。",
    "Check the access token and the credential's id, or ask the provider.",
)
CSC_PIN = declare(
    "seal-provider-pin",
    422,
    "签章服务要求正确的 PIN 或动态口令：{reason}",
    "The sealing service wants a right PIN or one-time password: {reason}",
    "请由持章人输入 PIN 或新的动态口令后继续；已返回的签名不会丢失。",
    "Let the holder enter the PIN or a new one-time password and go on; what came back is kept.",
)
CSC_CREDENTIAL = declare(
    "seal-provider-credential",
    422,
    "该签章证书当前不能使用：{reason}",
    "This credential cannot be used now: {reason}",
    "请在签章服务商处启用、续期或更换证书。",
    "Have it enabled, renewed or replaced at the provider.",
)
CSC_ALGORITHM = declare(
    "seal-provider-algorithm",
    422,
    "签章服务不支持该证书所需的签名算法：{reason}",
    "The sealing service lacks the algorithm that this certificate needs: {reason}",
    "请更换支持 SHA-256（RSA、ECDSA）或 SM3（SM2）的证书。",
    "Use a certificate for which it supports SHA-256 (RSA, ECDSA) or SM3 (SM2).",
)
CSC_NONSENSE = declare(
    "seal-provider-nonsense",
    502,
    "签章服务的答复不符合接口规范：{reason}",
    "The answer of the sealing service is not what its interface says: {reason}",
    "没有嵌入任何签名；请联系签章服务商。",
    "Nothing was embedded; ask the provider.",
)
