"""Why a second factor is refused, each with a way out."""

from app.kernel.errors import declare

FACTOR_MISSING = declare(
    "factor-missing",
    403,
    "此操作需要动态口令，您尚未开启。",
    "This needs a one-time code, and you have not set one up.",
    "请到“我的账户”开启动态口令，再办理。",
    "Set up one-time codes under My account, then do it again.",
)
FACTOR_NEEDED = declare(
    "factor-needed",
    403,
    "请输入动态口令：6 位数字，或 12 位恢复码。",
    "A one-time code is needed: 6 digits, or a recovery code of 12.",
    "打开手机上的验证器应用，输入当前显示的 6 位数字。",
    "Open the authenticator app on your phone and type the 6 digits it shows now.",
)
FACTOR_WRONG = declare(
    "factor-wrong",
    403,
    "动态口令不正确。",
    "The one-time code is wrong.",
    "请输入手机现在显示的口令；若一直不对，请核对手机时间是否准确。错 5 次将暂停 10 分钟。",
    "Type the code your phone shows now; if it is never right, check its clock. Five wrong ones pause for 10 minutes.",
)
FACTOR_USED = declare(
    "factor-used",
    409,
    "这个动态口令已经用过，一个口令只能办理一次。",
    "This one-time code has been used: each allows one act.",
    "请等手机显示下一个口令（最多 30 秒）再办理。",
    "Wait for the next code on your phone (30 seconds at most).",
)
FACTOR_PAUSED = declare(
    "factor-paused",
    429,
    "动态口令输错次数过多，已暂停。",
    "Too many wrong one-time codes: paused.",
    "请 10 分钟后再试；若非您本人操作，请立即修改密码并告知项目负责人。",
    "Try again in 10 minutes; if it was not you, change your password at once and tell your project lead.",
)
FACTOR_EXISTS = declare(
    "factor-exists",
    409,
    "动态口令已经开启。",
    "One-time codes are set up already.",
    "如要换手机，请先关闭，再重新开启。",
    "To change phones, remove them first and set them up anew.",
)
FACTOR_STALE = declare(
    "factor-not-begun",
    409,
    "没有等待确认的二维码，或已超过 30 分钟。",
    "No QR code is waiting to be confirmed, or it is older than 30 minutes.",
    "请重新开始，扫描新的二维码。",
    "Begin again and scan the new QR code.",
)
FACTOR_ABSENT = declare(
    "factor-absent",
    409,
    "此人没有开启动态口令，无需重置。",
    "This person has no one-time codes; there is nothing to reset.",
    "请刷新页面查看当前情况。",
    "Reload to see how it is now.",
)
FACTOR_KEY_LOST = declare(
    "factor-key-lost",
    503,
    "服务器上保存动态口令的密钥缺失或不符，暂时无法核对。",
    "The server's key for one-time codes is missing or another one: they cannot be checked.",
    "请平台管理员从备份恢复数据目录中的 keys/factors.key。",
    "Have the platform administrator put keys/factors.key of the data folder back from the backup.",
)
