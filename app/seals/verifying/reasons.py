"""Every reason a judgement can have: what follows from it, which defence gives it, and one plain sentence."""

from dataclasses import dataclass

from app.kernel.labels import Label
from app.seals.rules import Verdict

_INVALID, _OPEN, _UNTRUSTED = Verdict.INVALID, Verdict.INDETERMINATE, Verdict.UNTRUSTED


@dataclass(frozen=True)
class Reason:
    """One reason code."""

    verdict: Verdict
    """The best that a file with this reason can still be."""
    defence: str
    sentence: Label


REASONS: dict[str, Reason] = {
    "valid": Reason(
        Verdict.VALID,
        "",
        Label(
            "签章有效：盖章后图纸内容没有改动，盖章人身份可信。",
            "The seal is valid: nothing of the drawing changed since, and the sealer's identity is trusted.",
        ),
    ),
    "no-seal": Reason(
        Verdict.NO_SEAL,
        "opening",
        Label(
            "文件中没有电子签章；图面上的章只是图片，没有签章效力。",
            "Nobody has sealed this file electronically; a seal that you see on it is only a picture.",
        ),
    ),
    # -- opening
    "unreadable": Reason(
        _INVALID,
        "opening",
        Label("文件结构有误，不能按标准读取。", "The file is damaged or built against the standard."),
    ),
    "encrypted": Reason(
        _OPEN,
        "opening",
        Label(
            "文件加了密码，无法检查；请提供未加密的文件。",
            "The file is locked with a password; send one without.",
        ),
    ),
    "malformed-signature": Reason(
        _INVALID,
        "opening",
        Label("签章数据残缺或被篡改。", "The data of the seal is incomplete or was tampered with."),
    ),
    "unknown-format": Reason(
        _OPEN,
        "opening",
        Label("签章格式不在可验证之列。", "The seal is of a kind that cannot be checked here."),
    ),
    "sm2": Reason(
        _OPEN,
        "opening",
        Label(
            "签章采用国密算法（SM2），但其格式此处无法验证。",
            "The seal uses SM2 in a form that cannot be checked here.",
        ),
    ),
    "stray-signature": Reason(
        _INVALID,
        "opening",
        Label(
            "文件中有不属于任何签章位置的签章数据。",
            "The file has data of a seal that belongs to no place on it.",
        ),
    ),
    # -- shape
    "byte-range": Reason(
        _INVALID,
        "shape",
        Label(
            "签章没有按规定覆盖文件内容。", "The seal does not cover the file in the one way that is allowed."
        ),
    ),
    "contents-moved": Reason(
        _INVALID,
        "shape",
        Label("签章数据不在它应在的位置。", "The data of the seal is not where it must be."),
    ),
    "revision-end": Reason(
        _INVALID,
        "shape",
        Label(
            "签章没有覆盖到一个完整版本的末尾。",
            "The seal ends before the version of the file that it seals.",
        ),
    ),
    "bytes-after-end": Reason(
        _INVALID,
        "shape",
        Label("文件末尾之后还附加了内容。", "Something was added behind the end of the file."),
    ),
    "twice-written": Reason(
        _INVALID,
        "shape",
        Label(
            "文件的同一部分写了两次，不同软件可能显示不同内容。",
            "A part of the file exists twice: programs may show different drawings.",
        ),
    ),
    "several-signers": Reason(
        _INVALID,
        "shape",
        Label("一个签章里有零个或多个签署人。", "One seal names no signer, or more than one."),
    ),
    # -- changes
    "changed-after": Reason(
        _INVALID,
        "changes",
        Label("盖章以后文件内容被改动过。", "The file was changed after it was sealed."),
    ),
    "form-filled-after": Reason(
        _INVALID,
        "changes",
        Label("盖章以后表单内容被填写或改动过。", "Fields of the file were filled in after it was sealed."),
    ),
    "unsigned-revision": Reason(
        _INVALID,
        "changes",
        Label("盖章以后有一次没有签章的改动。", "A later change of the file is sealed by nobody."),
    ),
    "certified-late": Reason(
        _INVALID,
        "changes",
        Label(
            "限定后续改动的首章不是第一个签章。", "The seal that limits later changes is not the first one."
        ),
    ),
    "changes-allowed": Reason(
        _OPEN,
        "changes",
        Label(
            "首章允许以后添加批注，无法确认图面未变。", "The first seal allows comments to be added later."
        ),
    ),
    "lock-broken": Reason(
        _INVALID,
        "changes",
        Label(
            "最后一个章已锁定文件，之后又有人盖章。",
            "The file was locked by a seal, and sealed again after that.",
        ),
    ),
    # -- library
    "digest-mismatch": Reason(
        _INVALID,
        "library",
        Label("文件内容与盖章时不一致。", "The content is not what was sealed."),
    ),
    "signature-wrong": Reason(
        _INVALID,
        "library",
        Label(
            "签章数据不是该证书的持有人生成的。", "The seal was not made by the holder of its certificate."
        ),
    ),
    "not-trusted": Reason(
        _UNTRUSTED,
        "library",
        Label(
            "签章完好，但证书不是受信任机构签发的，盖章人身份无法确认。",
            "The seal is intact, but no trusted authority vouches for who made it.",
        ),
    ),
    "revoked": Reason(
        _OPEN,
        "library",
        Label(
            "证书已被吊销，且不能证明盖章在吊销之前。",
            "The certificate was revoked, and nothing proves that the seal was made before.",
        ),
    ),
    "revoked-before": Reason(
        _INVALID,
        "library",
        Label("盖章时证书已被吊销。", "The certificate had been revoked when the seal was made."),
    ),
    "expired": Reason(
        _OPEN,
        "library",
        Label(
            "证书已过期，且文件中没有足够的证据证明盖章在有效期内。",
            "The certificate has run out, and the file has too little proof that the seal was made before.",
        ),
    ),
    "not-in-validity": Reason(
        _INVALID,
        "library",
        Label(
            "盖章时间不在证书有效期内。", "The certificate was not in its period of validity at that time."
        ),
    ),
    "revocation-unknown": Reason(
        _OPEN,
        "library",
        Label(
            "缺少证书是否被吊销的资料，请更新信任列表后重新验证。",
            "It is not known whether the certificate was revoked; check again when newer lists are at hand.",
        ),
    ),
    "proof-of-time-missing": Reason(
        _OPEN,
        "library",
        Label("缺少可信的盖章时间证明。", "There is no trusted proof of when the seal was made."),
    ),
    "time-stamp-wrong": Reason(
        _INVALID,
        "library",
        Label("时间戳无效或不可信。", "The time stamp is wrong or not trusted."),
    ),
    "time-stamp-untrusted": Reason(
        _OPEN,
        "library",
        Label(
            "时间戳不是受信任的机构出具的，盖章时间无法确认。",
            "No trusted authority vouches for the time stamp: when the seal was made is not certain.",
        ),
    ),
    "library-open": Reason(
        _OPEN,
        "library",
        Label("按签名标准无法得出结论。", "By the standard for signatures there is no conclusion."),
    ),
    "library-refuses": Reason(
        _INVALID,
        "library",
        Label("按签名标准检查不通过。", "The seal fails by the standard for signatures."),
    ),
    # -- certificates
    "weak-algorithm": Reason(
        _INVALID,
        "certificates",
        Label(
            "签章使用了已不安全的算法或过短的密钥。",
            "The seal rests on an algorithm or key that is no longer safe.",
        ),
    ),
    "not-for-sealing": Reason(
        _INVALID,
        "certificates",
        Label("该证书不是用于签章的证书。", "The certificate was not issued for sealing."),
    ),
    "nameless": Reason(
        _OPEN,
        "certificates",
        Label("证书中没有持有人名称。", "The certificate does not say whose it is."),
    ),
    "time-contradiction": Reason(
        _OPEN,
        "certificates",
        Label(
            "声称的盖章时间与时间戳或当前时间矛盾。",
            "The stated time contradicts the time stamp or the present.",
        ),
    ),
    # -- content
    "active-content": Reason(
        _OPEN,
        "content",
        Label(
            "文件含有程序或自动动作，显示内容可能会变。",
            "The file has scripts or actions: what it shows may change.",
        ),
    ),
    "outside-content": Reason(
        _OPEN,
        "content",
        Label(
            "文件引用了外部内容，显示内容可能会变。",
            "The file shows things from elsewhere, which may change.",
        ),
    ),
    "switching-layers": Reason(
        _OPEN,
        "content",
        Label(
            "图层、批注或签章会随缩放或打印变化，所见未必所盖。",
            "Layers, notes or seals look different when zoomed or printed.",
        ),
    ),
    # -- parsers
    "readers-disagree": Reason(
        _INVALID,
        "parsers",
        Label(
            "不同阅读程序对页数或图幅的读法不一致。",
            "Programs disagree about the number or the size of the pages.",
        ),
    ),
    # -- pixels
    "looks-different": Reason(
        _INVALID,
        "pixels",
        Label("文件现在的图面与盖章时不同。", "The drawing looks different from what was sealed."),
    ),
    "painted-over": Reason(
        _INVALID,
        "pixels",
        Label(
            "后来的签章遮盖或改动了已盖章的图面。", "A later seal covers or alters what was sealed before."
        ),
    ),
    "seal-crosses": Reason(
        _OPEN,
        "pixels",
        Label(
            "后来的章压在已盖章的图线或文字上，请人工核对。",
            "A later seal lies across lines or words that were sealed before: somebody must look.",
        ),
    ),
    "seal-too-large": Reason(
        _OPEN,
        "pixels",
        Label(
            "后来的签章图样过大，可能冒充图面内容。",
            "The picture of a later seal is so large that it may pass for drawing.",
        ),
    ),
    # -- ofd
    "ambiguous-package": Reason(
        _INVALID,
        "ofd",
        Label(
            "文件包结构有歧义，不同软件可能读出不同内容。",
            "The package can be read in two ways: programs may show different drawings.",
        ),
    ),
    "ofd-uncovered": Reason(
        _OPEN,
        "ofd",
        Label("文件中有签章没有保护的内容。", "The file has parts that the seal does not protect."),
    ),
    "seal-forged": Reason(
        _INVALID,
        "ofd",
        Label(
            "印章数据不是制章机构签发的，或被改动过。",
            "The seal itself was not issued by its maker, or was altered.",
        ),
    ),
    "seal-of-another": Reason(
        _INVALID,
        "ofd",
        Label("盖章人不在该印章的授权名单中。", "The seal does not name the one who used it."),
    ),
    "seal-not-in-validity": Reason(
        _INVALID,
        "ofd",
        Label("盖章时间不在印章有效期内。", "The seal was not in its period of validity at that time."),
    ),
    "old-seal": Reason(
        _OPEN,
        "ofd",
        Label(
            "签章采用旧版印章格式（GM/T 0031-2014），此处无法验证。",
            "The seal is in an older format (GM/T 0031-2014), which cannot be checked here.",
        ),
    ),
    "unknown-algorithm": Reason(
        _OPEN,
        "ofd",
        Label("签章使用的算法此处无法验证。", "The seal uses an algorithm that cannot be checked here."),
    ),
    # -- jail
    "judge-killed": Reason(
        _OPEN,
        "jail",
        Label("验证程序因该文件意外终止。", "The checking program broke down over this file."),
    ),
    "over-time": Reason(
        _OPEN,
        "jail",
        Label("验证耗时超过限制，已停止。", "Checking took longer than allowed and was stopped."),
    ),
    "over-memory": Reason(
        _OPEN,
        "jail",
        Label("验证所需内存超过限制，已停止。", "Checking needed more memory than allowed and was stopped."),
    ),
    "check-failed": Reason(
        _OPEN,
        "gate",
        Label("有一项检查未能完成。", "One of the checks could not be completed."),
    ),
}

SEVERITY = (Verdict.VALID, Verdict.UNTRUSTED, Verdict.INDETERMINATE, Verdict.INVALID)
"""From best to worst; a file is as good as its worst reason."""


def worst(codes: list[str]) -> Verdict:
    """The verdict that follows from these reasons; valid only when there are none."""
    ranks = [SEVERITY.index(REASONS[code].verdict) for code in codes if REASONS[code].verdict in SEVERITY]
    return SEVERITY[max(ranks, default=0)]
