"""Refusals of notices."""

from app.kernel.errors import declare

declare(
    "hook-form",
    422,
    "这不是可用的网址。",
    "This is not an address that can be used.",
    "请粘贴机器人设置页给出的完整 https 地址。",
    "Paste the whole https address that the robot's settings show.",
)
declare(
    "hook-needs-https",
    422,
    "通知只发往 https 地址。",
    "Notices go to https addresses only.",
    "请使用 https 地址；本单位内网系统可由平台管理员设置 ONESET_HOOK_HOSTS。",
    "Use an https address; for a system in the house have the operator set ONESET_HOOK_HOSTS.",
)
declare(
    "hook-unknown-host",
    422,
    "找不到这个主机。",
    "This host is not found.",
    "请核对网址，或稍后再试。",
    "Check the address, or try again later.",
)
declare(
    "hook-not-public",
    422,
    "该主机不在公网上，平台不向内网地址发送。",
    "This host is not on the public network; nothing is sent to inner addresses.",
    "如确需发往本单位内网系统，请平台管理员设置 ONESET_HOOK_HOSTS。",
    "If it must go to a system in the house, have the operator set ONESET_HOOK_HOSTS.",
)
TOO_MANY_HOOKS = declare(
    "too-many-hooks",
    409,
    "每个单位在一个项目中最多设 {most} 个机器人。",
    "A party has at most {most} robots in a project.",
    "请先删除不用的机器人。",
    "Remove one that is not used.",
)
