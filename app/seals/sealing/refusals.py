"""Why a seal is not put on, or a file not made ready for one."""

from app.kernel.errors import declare

FILE_KEY = declare(
    "seal-file-key",
    403,
    "证书文件（PKCS#12）中的私钥只能在演示环境中使用。",
    "A key in a file (PKCS#12) serves demonstrations only.",
    "请使用密码设备（PKCS#11）或外部签章平台。",
    "Use a token or HSM (PKCS#11), or an external sealing platform.",
)
KEY_UNUSABLE = declare(
    "seal-key-unusable",
    422,
    "无法使用该私钥：{reason}",
    "This key cannot be used: {reason}",
    "请检查证书文件、口令或密码设备，或联系签章管理员。",
    "Check the file, the password or the device, or ask the administrator of seals.",
)
NO_EVIDENCE = declare(
    "seal-no-evidence",
    422,
    "级别 {level} 需要时间戳或吊销信息，但尚未配置。",
    "Level {level} needs time stamps or revocation data, and none are configured.",
    "请配置时间戳服务和吊销信息来源，或改用 B-B 级别。",
    "Configure a time stamping service and a source of revocation data, or seal at B-B.",
)
CHAIN_REFUSED = declare(
    "seal-chain-refused",
    422,
    "签章证书未通过校验，未加盖：{reason}",
    "The seal's certificate did not pass its check, nothing was sealed: {reason}",
    "请检查证书有效期、签发机构和吊销状态。",
    "Check its validity, its issuer and whether it was revoked.",
)
FIELD_MISSING = declare(
    "seal-field-missing",
    422,
    "文件中没有签章域“{field}”。",
    "The file has no seal field “{field}”.",
    "签章域须在首次盖章前一次预留；请重新出图并预留该位置。",
    "All fields are made before the first seal: issue the sheet anew with this field.",
)
FIELD_TAKEN = declare(
    "seal-field-taken",
    409,
    "签章域“{field}”已盖章。",
    "The field “{field}” is sealed already.",
    "无需重复加盖；如需另盖，请选择空白签章域。",
    "There is nothing to do; for another seal choose an empty field.",
)
FIELD_EXISTS = declare(
    "seal-field-exists",
    409,
    "文件中已有签章域，不能再次预留。",
    "The file has seal fields already, none can be added.",
    "请使用现有的空白签章域，或从未预留的文件重新开始。",
    "Use the empty fields it has, or begin again with the file before they were made.",
)
SET_CLOSED = declare(
    "seal-set-closed",
    409,
    "该文件已由最后一枚签章锁定，不能再加盖。",
    "The last seal has locked this file: no further seal can be added.",
    "如需补盖，请出新版次。",
    "For another seal, issue a new revision.",
)
ALREADY_SEALED = declare(
    "pdf-already-sealed",
    409,
    "文件已含电子签章，不能再作整理；整理会破坏原签章。",
    "The file is sealed already: making it ready would break its seals.",
    "请按“已盖章文件”登记，或上传未盖章的原文件。",
    "Record it as a sealed file, or upload the file from before it was sealed.",
)
PICTURE_TOO_LARGE = declare(
    "seal-picture-too-large",
    422,
    "签章图样（{picture} mm）大于签章域（{field} mm）。",
    "The picture of the seal ({picture} mm) is larger than its field ({field} mm).",
    "请选择较小的图样，或在首次盖章前改用较大的签章域。",
    "Choose a smaller picture, or a larger field before the first seal.",
)
PICTURE_TEXT = declare(
    "seal-picture-text",
    422,
    "签章文字无法排入图样：{text}",
    "This text cannot be set in the picture of the seal: {text}",
    "请缩短文字（圆章 4–30 字），或去掉字库中没有的字符。",
    "Shorten it (a round seal holds 4 to 30 characters), or leave out characters the font lacks.",
)
DIGEST_CHANGED = declare(
    "seal-prepared-changed",
    409,
    "待签文件与准备时不一致，未嵌入签名。",
    "The prepared file is not what was prepared: the signature was not embedded.",
    "请重新准备并再次签署。",
    "Prepare it again and have it signed again.",
)
SIGNATURE_WRONG = declare(
    "seal-signature-wrong",
    422,
    "返回的签名值与证书或待签内容不符，未嵌入。",
    "The signature that came back does not match the certificate or what was to be signed.",
    "请检查外部签章平台所用的证书，并重新签署。",
    "Check which certificate the sealing platform used, and have it signed again.",
)
STAMP_UNREACHABLE = declare(
    "time-stamp-unreachable",
    503,
    "时间戳服务没有应答，未加盖：{reason}",
    "The time stamping service did not answer, nothing was sealed: {reason}",
    "请稍后重试；若持续出现，请系统管理员检查时间戳服务地址和网络。",
    "Try again later; if it goes on, the administrator checks the address of the service and the network.",
)
STAMP_REFUSED = declare(
    "time-stamp-refused",
    503,
    "时间戳服务的应答不可用，未加盖：{reason}",
    "The answer of the time stamping service cannot be used, nothing was sealed: {reason}",
    "请重试；若持续出现，请系统管理员检查时间戳服务、其证书和本机时钟。",
    "Try again; if it goes on, the administrator checks the service, its certificate, and the clock here.",
)
LISTS_MISSING = declare(
    "revocation-lists-missing",
    503,
    "没有可用的证书吊销列表，未加盖：{reason}",
    "There is no list of revoked certificates that can be used, nothing was sealed: {reason}",
    "请系统管理员检查吊销列表的地址或文件夹，放入最新列表后重试。",
    "The administrator checks the addresses or the folder of the lists, and puts the newest ones there.",
)
NOT_SEALED = declare(
    "file-not-sealed",
    409,
    "该文件没有电子签章，无需续期。",
    "The file carries no e-seal: there is nothing to renew.",
    "请选择已盖章的文件。",
    "Choose a file that is sealed.",
)
RENEWAL_REFUSED = declare(
    "seal-renewal-refused",
    422,
    "无法续期：文件中的签章或时间戳已不能证明有效。{reason}",
    "The file cannot be renewed: a seal or time stamp in it can no longer be proved. {reason}",
    "请更新信任列表和吊销列表后重试；如证书已过期，请查找更早续期的副本。",
    "Update trust list and revocation lists and try again; if a certificate has run out, look for a copy renewed earlier.",
)
READY_BROKE = declare(
    "seal-ready-broke",
    422,
    "整理该文件时程序意外终止，未生成可盖章文件。",
    "The program that makes files ready for seals broke down over this one; nothing was made.",
    "请从设计软件重新输出该文件后再试；若仍出现，请将文件交给系统管理员。",
    "Export the file anew and try again; if it happens again, give the file to the administrator.",
)
READY_TOO_SLOW = declare(
    "seal-ready-too-slow",
    422,
    "整理该文件耗时超过限制，已停止，未生成可盖章文件。",
    "Making this file ready for seals took longer than allowed and was stopped; nothing was made.",
    "请拆分图纸或简化图面后重新输出。",
    "Split the file into single sheets, or simplify the drawing, and export it anew.",
)
READY_TOO_LARGE = declare(
    "seal-ready-too-large",
    422,
    "整理该文件所需内存超过限制，已停止，未生成可盖章文件。",
    "Making this file ready for seals needed more memory than allowed and was stopped; nothing was made.",
    "请拆分图纸，或降低其中图片的分辨率后重新输出。",
    "Split the file into single sheets, or lower the resolution of its pictures, and export it anew.",
)
NOT_HARMLESS = declare(
    "pdf-cannot-be-made-harmless",
    422,
    "文件不能整理为可盖章文件：{what}",
    "The file cannot be made ready for a seal: {what}",
    "请从设计软件重新输出为普通 PDF（不加密、无表单、无外部引用）。",
    "Export it anew from the design program as a plain PDF without encryption, forms or external references.",
)
