"""Refusals of draws."""

from app.kernel.errors import declare

NOT_FUTURE = declare(
    "draw-value-already-known",
    422,
    "公开数值的公布时间必须晚于现在：现在已经可以知道的数值不能用来抽取。",
    "The public value must become known in the future: what can be known now cannot be drawn by.",
    "请改用下一期，并填写其开奖（公布）时间。",
    "Name the next one, and the instant at which it is published.",
)
WRONG_STATE = declare(
    "draw-not-now",
    409,
    "本次抽取的状态为“{state}”，现在不能这样办理。",
    "The draw is in state '{state}': this cannot be done now.",
    "请刷新页面查看当前可办理的事项；已抽取或已撤销的不能重来，可另行公告。",
    "Reload to see what can be done; what was drawn or cancelled is not repeated, another may be announced.",
)
NO_SHARES = declare(
    "draw-without-contributions",
    409,
    "本次抽取的公告不接受随机数，或每人只能提交一次而您已提交。",
    "This draw takes no contributions, or you have made yours.",
    "每人一份；公告不接受的，结果只取决于公开数值。",
    "One each; without them the result depends on the public value alone.",
)
WRONG_SECRET = declare(
    "draw-number-not-committed",
    422,
    "这个随机数与您提交的承诺不符。",
    "This is not the number that you committed to.",
    "请使用提交承诺时保存的随机数，一个字符都不能差。",
    "Use the number that was kept when you committed, to the character.",
)
WRONG_SHAPE = declare(
    "draw-value-not-like-example",
    422,
    "数值“{value}”与公告约定的写法“{example}”不一致。",
    "The value '{value}' is not written like the announced example '{example}'.",
    "请按公告的写法填写：数字的位置填数字，其余字符照写。",
    "Write it like the example: digits where it has digits, everything else the same.",
)
TWO_VALUES = declare(
    "draw-values-differ",
    422,
    "两次填写的公开数值不一致。",
    "The two values differ.",
    "数值只能录入一次，请对照公布的结果逐位核对后再填。",
    "It is entered once: compare with the publication digit by digit and write it twice.",
)
NOT_IN_POOL = declare(
    "draw-item-not-yours",
    422,
    "名单中有 {count} 项不在本单位的职责范围内，或已不存在。",
    "{count} of the pool are not within the authority's reach, or are gone.",
    "请刷新名单后重新公告。",
    "Load the list anew.",
)
NO_DRAW_SEAT = declare(
    "draw-inspector-without-seat",
    422,
    "所选检查人员中有 {count} 人没有本单位的席位。",
    "{count} of the inspectors have no seat of this authority.",
    "请先在项目中为其设立席位，或从名单中去掉。",
    "Seat them in a project first, or leave them out.",
)
