"""What acts on marks are refused for."""

from app.kernel.errors import declare

NOT_AUTHOR = declare(
    "mark-not-yours",
    403,
    "只有批注人可以修改批注；撤回还可由其单位负责人办理。",
    "Only its author changes a mark; his party's lead may also take it back.",
    "请在批注下回复，或请批注人修改。",
    "Comment on it, or ask its author.",
)
TAKEN_BACK = declare(
    "mark-taken-back",
    409,
    "该批注已撤回。",
    "This mark was taken back.",
    "如需继续，请由批注人恢复。",
    "Its author can put it back.",
)
TOO_MANY = declare(
    "too-many-marks",
    409,
    "该版次的批注已达上限（{most}）。",
    "This revision has reached the limit of {most} marks.",
    "请在已有批注下回复。",
    "Comment on marks that are there.",
)
AUDIENCE_FIXED = declare(
    "mark-audience-fixed",
    409,
    "其他单位已参与该批注，不能再改为仅本单位可见。",
    "Other parties take part in this mark: it cannot be hidden from them any more.",
    "可以解决或撤回该批注，另画一个仅本单位可见的批注。",
    "Resolve it or take it back, and draw another for your own party.",
)
NOT_THERE = declare(
    "cannot-see-sheet",
    422,
    "此人看不到该批注，不能指派或提及。",
    "This person cannot see the mark, and so cannot be assigned or mentioned.",
    "请选择能看到该图纸的席位，或把批注改为项目各方可见。",
    "Choose somebody who sees the sheet, or show the mark to the whole project.",
)
CARRIED = declare(
    "carry-decided",
    409,
    "该批注是否沿用已有决定。",
    "It was decided already whether this mark is carried.",
    "请刷新页面查看。",
    "Reload to see.",
)
NOT_OLDER = declare(
    "carry-not-older",
    422,
    "只能从同一图纸的较早版次沿用批注。",
    "Marks are carried from an older revision of the same sheet only.",
    "请在较新的版次上办理。",
    "Do it on the newer revision.",
)
NEEDS_PHOTO = declare(
    "mark-needs-photo",
    422,
    "照片批注须连同照片一起提交。",
    "A photo mark is sent together with its photo.",
    "请用“照片”工具选择或拍摄照片。",
    "Use the photo tool to take or choose one.",
)
PHOTO_TOO_LARGE = declare(
    "photo-too-large",
    413,
    "照片超过 {most} MB。",
    "The photo has more than {most} MB.",
    "请降低分辨率后重试。",
    "Send it at a lower resolution.",
)
