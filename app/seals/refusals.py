"""What acts with seals are refused for."""

from app.kernel.errors import declare

NOT_OFFICER = declare(
    "seal-not-officer",
    403,
    "您不是该单位的印章管理员。",
    "You are not the seal officer of this organisation.",
    "请由本单位印章管理员办理；尚无管理员的，请平台管理员按任命文件设立。",
    "Ask the organisation's seal officer; where there is none, the platform administrator appoints one by letter.",
)
NOT_KEEPER = declare(
    "seal-not-keeper",
    403,
    "您不是“{seal}”的用印人。",
    "You are not a keeper of the seal '{seal}'.",
    "请由用印人办理，或请印章管理员将您列为用印人。",
    "Ask one of its keepers, or have the seal officer name you as one.",
)
SEAL_NOT_ACTIVE = declare(
    "seal-not-active",
    409,
    "“{seal}”现为{state}，不能使用。",
    "The seal '{seal}' is {state} and cannot be used.",
    "请选用其他印章，或请印章管理员核实。",
    "Choose another seal, or ask the seal officer.",
)
CERTIFICATE_PERIOD = declare(
    "seal-certificate-period",
    409,
    "“{seal}”的证书有效期为 {since} 至 {until}，现不在有效期内。",
    "The certificate of '{seal}' holds from {since} to {until}, not now.",
    "请登记新证书后再用印。",
    "Register a new certificate first.",
)
SEAL_SCOPE = declare(
    "seal-scope",
    403,
    "“{seal}”不得用于{what}。",
    "The seal '{seal}' may not be used for {what}.",
    "请选用范围相符的印章，或请印章管理员调整范围。",
    "Choose a seal whose scope fits, or ask the seal officer to change it.",
)
PROVIDER_ABSENT = declare(
    "seal-provider-absent",
    409,
    "本系统未配置：{provider}。",
    "Not set up in this installation: {provider}.",
    "请系统管理员按安装说明配置后再用印。",
    "Have the administrator set it up first.",
)
SEALED_ELSEWHERE = declare(
    "seal-sealed-elsewhere",
    409,
    "该印章在外部签章系统中使用，本系统只登记。",
    "This seal is used in another system; here it is only recorded.",
    "请在原系统签章后上传已签章的文件。",
    "Seal the file there and upload the sealed file.",
)
SAME_KEEPER = declare(
    "seal-same-keeper",
    409,
    "复核用印须由另一位用印人办理。",
    "The second confirmation needs another keeper.",
    "请另一位用印人登录后复核。",
    "Have another keeper sign in and confirm.",
)
BATCH_STATE = declare(
    "seal-batch-state",
    409,
    "该用印单现为“{state}”，不能这样办理。",
    "This sealing is '{state}': that cannot be done now.",
    "请刷新页面查看进度。",
    "Reload the page and look at its progress.",
)
ALREADY_WAITING = declare(
    "seal-already-waiting",
    409,
    "该图纸正在另一张用印单中。",
    "This document is being sealed in another batch.",
    "请等待该用印单完成。",
    "Wait until that one is done.",
)
ALREADY_ON = declare(
    "seal-already-on",
    409,
    "该文件已有此类签章（{kind}）。",
    "This document carries such a seal already ({kind}).",
    "无需重复签章。",
    "There is nothing to do.",
)
UNFIT_STATE = declare(
    "seal-wrong-state",
    409,
    "{kind}不能盖在“{state}”的图纸上。",
    "The {kind} is not put on a sheet that is '{state}'.",
    "出图章、注册章在校审齐全后、出图前加盖；审图章在审查合格后加盖。",
    "Design seals come after checking and before issue, the review seal after approval.",
)
NO_PDF = declare(
    "seal-no-pdf",
    409,
    "没有可签章的 PDF 图纸文件。",
    "There is no PDF that could be sealed.",
    "请补充 PDF 版图纸。",
    "Add the PDF of the sheet.",
)
BASE_FROZEN = declare(
    "seal-base-frozen",
    409,
    "该图纸出图时未签章，内容已冻结；补签会改变存档基准文件。",
    "This sheet was issued without seals and is frozen: sealing it now would change the record's base.",
    "请升版后签章出图，或登记外部签章的文件。",
    "Issue a new revision with seals, or record a file that was sealed elsewhere.",
)
EARLIER_SEAL_BAD = declare(
    "seal-earlier-bad",
    409,
    "已有签章核验为“{verdict}”：{reason}",
    "The seals that are there were judged '{verdict}': {reason}",
    "请先查明原因；未核验有效的文件不再加盖。",
    "Find out why first: nothing is sealed on top of a file that is not valid.",
)
NO_ROOM = declare(
    "seal-no-room",
    409,
    "图面没有足够空白放置{kind}。",
    "The sheet has no clear space for the {kind}.",
    "请在图框旁留出签章位置后重新上传，或勾选“在图纸下方加签章边”。",
    "Leave room beside the title block and upload again, or allow a margin for seals at its foot.",
)
SECOND_FACTOR = declare(
    "seal-second-factor",
    403,
    "用印须以动态口令再次确认身份。",
    "Sealing needs your one-time code.",
    "请在账户页启用动态口令后重试。",
    "Enrol a one-time code on your account page, then try again.",
)
BAD_CERTIFICATE = declare(
    "seal-bad-certificate",
    422,
    "证书不能用于签章：{reason}",
    "This certificate cannot seal: {reason}",
    "请提供印章对应的 X.509 证书（PEM 或 DER）。",
    "Give the seal's own X.509 certificate (PEM or DER).",
)
SEAL_EXISTS = declare(
    "seal-exists",
    409,
    "该单位已登记此证书的同类印章。",
    "This organisation has registered a seal of this kind with this certificate.",
    "请在印章列表中查找。",
    "Look for it in the list of seals.",
)
SEAL_ELSEWHERE = declare(
    "seal-elsewhere",
    409,
    "该证书或密钥已由其他单位登记。",
    "Another organisation has registered this certificate or key.",
    "请核对证书与密钥名称；确属本单位的，请平台管理员核实。",
    "Check the certificate and the name of the key; if they are yours, ask the platform administrator.",
)
