"""Refusals of distribution."""

from app.kernel.errors import declare

NOT_STANDING = declare(
    "receipt-not-in-force",
    409,
    "{item} 已不是现行有效的版本或变更。",
    "{item} is not in force any more.",
    "请刷新清单，确认现行的版本；旧图请回收。",
    "Reload the list and confirm what is in force; recall old copies.",
)
NOT_EXACT = declare(
    "receipt-hash-differs",
    409,
    "{item} 的文件指纹与所看到的不一致。",
    "The hash of {item} is not the one that was shown.",
    "请刷新清单，打开现行文件后再确认。",
    "Reload the list, open the file in force, then confirm.",
)
NOT_SAID = declare(
    "receipt-statement-differs",
    409,
    "{item} 的确认文字已经变化。",
    "The statement to be confirmed for {item} has changed.",
    "请刷新清单，核对新的文字后再确认。",
    "Reload the list, read the new statement and confirm that.",
)
REASON_NEEDED = declare(
    "receipt-reason-needed",
    422,
    "须写明理由。",
    "A reason is needed.",
    "请写明问题所在，可附照片；然后重新提交。",
    "Say what is wrong, with a photo if it helps, and send again.",
)
NO_RECEIVER = declare(
    "receipt-no-party",
    403,
    "您的席位不代表任何接收单位签收。",
    "None of your seats confirms for a receiving party.",
    "请由该单位的资料员、项目经理或总监理工程师等有签收权限的席位办理。",
    "Have a seat of that party with authority do it: document clerk, project manager or chief supervisor.",
)
SCOPE_SHORT = declare(
    "receipt-scope-short",
    403,
    "{item} 涉及您席位范围以外的图纸，须由范围覆盖全部所涉图纸的席位签收。",
    "{item} touches sheets outside your seat's scope: a seat that covers all of them confirms.",
    "请由范围更大的席位办理，或请项目管理人员调整席位范围。",
    "Have a seat of wider scope do it, or have yours widened.",
)
NOTHING_CHOSEN = declare(
    "distribution-nothing-chosen",
    422,
    "没有选择任何图纸或变更。",
    "Nothing was chosen.",
    "请至少选择一项后再提交。",
    "Choose at least one and send again.",
)
NO_RECIPIENT = declare(
    "transmittal-no-recipient",
    422,
    "没有选择接收单位。",
    "No receiving party was chosen.",
    "请至少选择一个参建方。",
    "Choose at least one party of the project.",
)
