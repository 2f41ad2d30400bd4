"""Help on seals: what the officer, the keeper and the second keeper do."""

from app.kernel.labels import Label
from app.web.help.parts import HelpStep, HelpTopic

SEALS = HelpTopic(
    "seals",
    Label("印章与用印", "Seals"),
    Label(
        "印章由本单位的印章管理员登记、交给用印人；每次用印都要本人动态口令，并记入账本。屏幕上的印章图样不是签章。",
        "The seal officer of an organisation registers its seals and gives them to keepers. Each use takes the keeper's own"
        " one-time code and is in the ledger. A picture of a seal on a screen is not a seal.",
    ),
    (
        HelpStep(
            Label("设立印章管理员", "Appoint a seal officer"),
            Label(
                "平台管理员在“平台管理”的“印章管理员”中，按单位的任命文件设立或解任。他自己不能登记、也不能使用任何印章。",
                "Under Administration the platform administrator appoints and dismisses seal officers by a letter of the"
                " organisation. He can neither register nor use a seal himself.",
            ),
            who=Label("平台管理员", "Platform administrator"),
        ),
        HelpStep(
            Label("登记印章", "Register a seal"),
            Label(
                "右上角姓名菜单打开“印章管理”，点“登记印章”：选种类，填图样文字（右侧随打随看），定使用范围和是否“双人用印”，"
                "再上传证书、填密钥名称。密钥始终留在密码机里，不进本系统。演示环境可“由演示机构签发”，不具法律效力。",
                "Open Seals in the menu under your name and press Register a seal: choose its kind, type the texts of its"
                " picture (drawn beside as you type), say where it may be used and whether two keepers are needed, then give"
                " the certificate and the name of the key. The key stays in its device and never comes here. In a"
                " demonstration its authority can issue both; that has no legal effect.",
            ),
            who=Label("印章管理员", "Seal officer"),
        ),
        HelpStep(
            Label("设用印人、停用、注销、换证", "Keepers, suspension, revocation, new certificates"),
            Label(
                "在印章页“设为用印人”或“终止”。“停用”可恢复，“注销”不能；都要写明原因。证书到期前 60 天页面顶部提醒，"
                "取得新证书后“换用新证书”：按原样登记新章，用印人不变，旧章注销，此前的签章不受影响。“导出用印登记簿”列出每次用印和每项管理。",
                "On the page of the seal, name keepers or end them. A suspended seal can be taken up again, a revoked one"
                " cannot; both need a reason. From 60 days before a certificate ends the page says so. With the new one,"
                " press Replace the certificate: a seal like the old one, with the same keepers; the old one is"
                " revoked and what it sealed stays as it is. Export the log lists each use and each act.",
            ),
            who=Label("印章管理员", "Seal officer"),
        ),
        HelpStep(
            Label("用印", "Use a seal"),
            Label(
                "只有用印人能用印；个人印章只能由持有人本人使用。一次决定可签一整套图，逐张给出结果。“印章管理”中只列出由您使用或持有的印章。",
                "Only a keeper can use a seal, and a personal seal only its holder. One decision seals a whole set and"
                " gives a result for each sheet. Under Seals you find those that you keep or hold.",
            ),
            who=Label("用印人", "Keeper"),
        ),
        HelpStep(
            Label("复核用印", "Confirm as second keeper"),
            Label(
                "“双人用印”的印章，由另一位用印人核对图纸清单和用途后确认，才开始签章；也可以不同意，此时什么也没有签。提出人不能自己复核。",
                "With a seal under the two-person rule another keeper looks at the list of sheets and what it is for, and"
                " confirms; only then does sealing begin. He may say no, and nothing is sealed. Who asked cannot confirm.",
            ),
            who=Label("另一位用印人", "Second keeper"),
        ),
    ),
    group="office",
)
