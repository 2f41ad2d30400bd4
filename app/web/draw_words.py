"""What a draw proves and what it does not, in plain words; the same on the inner page and on the public one."""

from app.kernel.labels import Label

PROVEN: tuple[Label, ...] = (
    Label(
        "公告以后，名单、数量、规则、检查人员和回避情形一个字也没有改过：改动任何一个字节，公告摘要就不同，结果也不同。",
        "Nothing of the announcement was changed afterwards: one other byte gives another digest and another result.",
    ),
    Label(
        "主管部门没有照着想要的结果挑名单或定规则：结果还取决于公告之后才公布、双方都左右不了的公开数值。",
        "The authority did not choose the pool or the rule for the sake of a result: that depends on a public value "
        "which was published later and which nobody here decides.",
    ),
    Label(
        "结果没有被系统或任何人改过：它只由公告、公开数值和已揭示的随机数算出，任何人都能在自己的设备上重算。",
        "Nobody, this system included, changed the result: it follows from announcement, public value and revealed "
        "numbers, and anybody can compute it on his own device.",
    ),
    Label(
        "有人提交随机数的：只要其中一个数是随机选的、没有泄露并且揭示了，其他人即使串通、即使事先知道公开数值，也算不出结果。",
        "Where people contributed: if one of the numbers was random, kept secret and revealed, the others could not know "
        "the result beforehand, even together, even if they knew the public value.",
    ),
)
NOT_PROVEN: tuple[Label, ...] = (
    Label(
        "名单是否完整。名单由主管部门选定，这里只能看出选了什么、没有临时增减；漏列的要由知情人指出。",
        "That the pool is complete. The authority chose it; what was left out is for those who know of it to point out.",
    ),
    Label(
        "录入的公开数值是否真实、是否确在公告之后才公布。请与发布机构的公告逐位核对，并核对其公布时间。",
        "That the public value is the published one, and was published after the announcement: compare it with its "
        "publisher, digit by digit, and the time too.",
    ),
    Label(
        "对能左右或预知公开数值的人：没有人提交随机数时，不能证明他没有照此选名单。",
        "Against somebody who decides or foreknows the public value, where nobody contributed a number.",
    ),
    Label(
        "提交了随机数而不揭示的人，可以在公开数值公布后从两个结果中选一个；几个人串通，可选的更多。他们的单位会列出。",
        "Who does not reveal his number chooses between two results once the value is known; several together between "
        "more. Their organisations are named.",
    ),
    Label(
        "对同时掌握服务器的人：公告时间由本系统记录并写入台账。台账尚未被他人留存之前，能改服务器的人可以倒签公告；"
        "早些下载证据文件，或者提交随机数，就留下了他改不了的记录。",
        "Against whoever rules this server: the time of the announcement is our own record in our ledger. Until others "
        "keep a copy of it he could backdate; evidence that was downloaded early, or a contributed number, shows it.",
    ),
    Label(
        "撤销不能防止，只能看见：公开数值可以知道以后撤销的，本页会永远写明。撤销多次的，请问明原因。",
        "Cancelling is not prevented, only seen: that it happened when the value could be known is said here for ever.",
    ),
    Label(
        "回避只依据本系统登记的单位和席位，没有登记的利害关系查不出来。",
        "Conflicts are those of employers and seats on record here; what is not on record is not found.",
    ),
)
