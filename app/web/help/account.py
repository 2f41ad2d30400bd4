"""Help on one's own account: one-time codes."""

from app.kernel.labels import Label
from app.web.help.parts import ANYBODY, HelpStep, HelpTopic

CODES = HelpTopic(
    "one-time-codes",
    Label("动态口令", "One-time codes"),
    Label(
        "盖章等操作，除登录外还要输入手机上每 30 秒变化一次的 6 位数字；一个口令只办理一次，整套图一次盖章也只要一个。",
        "Sealing and the like ask for 6 digits from your phone besides the sign-in; each code allows one act, and a whole"
        " set sealed at once is one act.",
    ),
    (
        HelpStep(
            Label("开启", "Set up"),
            Label(
                "在“我的账户”的“动态口令”点“开启”，输入当前密码，用手机上的验证器应用（任何支持 TOTP 的应用，不用联网）"
                "扫描二维码，再输入手机显示的 6 位数字，点“确认开启”。二维码与密钥只显示这一次。",
                "Under My account open One-time codes, give your password, scan the QR code with an authenticator app (any"
                " that knows TOTP; it needs no network), then type the 6 digits it shows. Code and secret are shown once.",
            ),
            who=ANYBODY,
        ),
        HelpStep(
            Label("恢复码", "Recovery codes"),
            Label(
                "开启后显示 10 个恢复码，只显示一次，请“打印”后与手机分开保存。手机不在身边时，"
                "一个恢复码可代替动态口令办理一次；用完前可以“重新生成恢复码”，旧的随即作废。",
                "Ten recovery codes are shown once: print them and keep them away from the phone. Without your phone each"
                " stands in for a code, once. New ones can be made and make the former void.",
            ),
        ),
        HelpStep(
            Label("口令不对时", "When a code is refused"),
            Label(
                "请核对手机时间，输入现在显示的数字；用过的口令要等下一个（最多 30 秒）。"
                "10 分钟内错 5 次会暂停，过后自动恢复。",
                "Check the phone's clock and type what it shows now; after a used code wait for the next (30 seconds at"
                " most). Five wrong ones within 10 minutes pause for a while; it goes on by itself.",
            ),
        ),
        HelpStep(
            Label("换手机、丢手机", "A new or lost phone"),
            Label(
                "换手机：先“关闭动态口令”（要密码和一个口令或恢复码），再重新开启。手机与恢复码都丢失：请平台管理员“重置动态口令”，"
                "须写明理由；您会看到由谁、何时、因何重置。管理员看不到您的密钥和口令。",
                "New phone: turn the codes off (password and a code or recovery code), then set them up anew. Phone and"
                " recovery codes lost: ask a platform administrator for a reset, with a reason; you see who did it, when and"
                " why. Administrators never see your secret or codes.",
            ),
        ),
        HelpStep(
            Label("登录时也要", "At sign-in too"),
            Label(
                "需要时可勾选“每次登录除密码外也要动态口令”；默认不勾。",
                "If you like, tick that signing in asks for a code too; it is off by default.",
            ),
        ),
    ),
    group="office",
)
