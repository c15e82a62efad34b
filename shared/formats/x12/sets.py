"""The sets of the purchase side: which segments stand in which order, in the notation of `edi`."""

from collections.abc import Mapping

_PARTY = "N2:2 N3:2 N4+ NX2+ REF:12 PER+ SI+ DMG FOB TD1:2 TD5:12 TD3:12 TD4:5 PKG:200 MSG+"
_PARTIES = f"(N1! {_PARTY})200"
_TEXTS = "(N9! DTM+ MEA:40 MSG:1000)1000"
_CHARGES = "(SAC! CUR CTP)25"
_AMOUNTS = "(AMT! REF+ DTM PCT+ (FA1! FA2+)+)+"
_CODES = "(LM! LQ:100)+"
_DESCRIPTION = "(PID! MEA:10)1000"
_CARRIER = "TD1:2 TD5:12 TD3:12 TD4:5"
_ORDER_HEAD = (
    f"CUR REF+ PER:3 TAX+ FOB+ CTP+ PAM:10 CSH:5 TC2+ {_CHARGES} ITD+ DIS:20 INC DTM:10 LIN:5"
    f" SI+ PID:200 MEA:40 PWK:25 PKG:200 {_CARRIER} MAN:10 PCT+ CTB:5 TXI+"
)
_SCHEDULE = f"(SCH! {_CARRIER} REF+)200"
_LINE = (
    f"LIN+ SI+ CUR CN1 PO3:25 (CTP! CUR)+ PAM:10 MEA:40 {_DESCRIPTION} PWK:25 PO4+ REF+ PER:3"
    f" {_CHARGES} IT8+ CSH+ ITD:2 DIS:20 INC TAX+ FOB+ SDQ:500 IT3:5 DTM:10 TC2+ {_CARRIER} PCT+"
    " MAN:10 SPI+ TXI+ CTB+"
)
_SUBLINE = (
    "(SLN! MSG+ SI+ PID:1000 PO3:104 TC2+ ADV+ DTM:10 (CTP! CUR)25 PAM:10 PO4 TAX:3"
    " (SAC! CUR CTP)25 (QTY! SI+)+ (N9! DTM+ MSG+)+ (N1! N2:2 N3:2 N4 REF+ PER:3 SI+)10)1000"
)
_LEAD = "LS (LDT! QTY+ MSG REF:3)+ LE"
_LINE_END = (
    f"MSG+ {_SCHEDULE} (PKG! MEA+)200 {_LEAD} {_TEXTS} (N1! {_PARTY} (QTY!)+ {_SCHEDULE})200"
    f" {_SUBLINE} {_AMOUNTS} {_CODES}"
)
_SUMMARY = "(CTT! AMT:2) SE!"
_SUMMARY_NEEDED = "(CTT! AMT:2)! SE!"

SETS: Mapping[str, str] = {
    "810": (
        "ST! BIG! NTE:100 CUR REF:12 YNQ:10 PER:3"
        f" (N1! {_PARTY})200 ITD+ DTM:10 FOB PID:200 MEA:40 PWK:25 PKG:25 L7 BAL+ INC PAM+ {_CODES}"
        f" {_TEXTS} (V1! R4+ DTM+)+ (FA1! FA2+)+"
        f" (IT1! CRC QTY:5 CUR IT3:5 TXI:10 CTP:25 PAM:10 MEA:40 {_DESCRIPTION} PWK:25 PKG:25"
        " PO4+ ITD:2 REF+ YNQ:10 PER:5 SDQ:500 DTM:10 CAD+ L7 SR+"
        f" (SAC! TXI:10 CTP:20)25 (SLN! DTM REF+ PID:1000 (SAC! TXI:10 CTP:20)25 TC2:2 TXI:10)1000"
        f" (N1! {_PARTY})200 {_CODES} (V1! R4+ DTM+)+ (FA1! FA2+)+ {_TEXTS})+"
        f" TDS! TXI:10 CAD (AMT! REF+ DTM)+ (SAC! TXI:10 CTP)25 (ISS! PID)+ {_SUMMARY}"
    ),
    "820": (
        "ST! BPR! NTE+ TRN CUR REF+ DTM+ TXI+ TXP+ DED+"
        " (N1! N2+ N3+ N4 REF+ RDM PER+)+"
        " (ENT! (NM1! G53 N2+ N3+ N4 REF+ PER+)+ (N1! N2+ N3+ N4 REF+ PER+)+ (ADX! NTE+ PER+ DTM"
        " (REF! DTM+)+ (IT1! CTP+ PID+ REF+ (SAC! TXI+)+ (SLN! REF+ (SAC! TXI+)+)+)+)+"
        " (PEN! AMT+ DTM+ (INV! DTM+)+)+"
        " (RMR! NTE+ REF+ DTM+ VEH+ (IT1! CTP+ PID+ REF+ (SAC! TXI+)+ (SLN! REF+ (SAC! TXI+)+)+)+"
        " (ADX! NTE+ PER+ (REF! DTM+)+ (IT1! REF+ (SAC! TXI+)+ (SLN! REF+ (SAC! TXI+)+)+)+)+)+)+"
        " (RMR! NTE+ REF+ DTM+ (IT1! CTP+ PID+ REF+)+ (ADX! NTE+ PER+ (REF! DTM+)+)+)+"
        " (TXP! TXI+)+ SE!"
    ),
    "832": (
        f"ST! BCT! NTE+ CTP:5 REF:12 PER:3 ITD:5 DTM:10 PID:200 MEA:40 TD5:12 FOB+ CUR+ TAX:3"
        f" {_CHARGES} MAN:10 (N9! DTM+ MSG+)+ LM+ (N1! {_PARTY})+"
        f" (LIN! G53 DTM:10 CUR+ SI+ REF+ PER:3 {_DESCRIPTION} MEA:40 PKG:25 PO4+ TC2+ ITD:2 FOB"
        f" CTB+ IT8+ LDT+ SAC:25 TXI+ TAX:3 PO3+ {_TEXTS}"
        " (CTP! PAM+ DTM:10 LDT+ CUR+ SAC:25 MEA+ TD5+ (N1! N2:2 N3:2 N4 REF+)+)+"
        f" (PKG! MEA+)+ {_SUBLINE} (N1! {_PARTY} (CTP! SAC+)+)+ (LM! LQ+)+)+"
        f" {_SUMMARY}"
    ),
    "846": (
        f"ST! BIA! CUR REF:12 PER:3 DTM:10 PID+ MEA:40 (N1! {_PARTY} DTM+)+"
        f" (LIN! PID:200 MEA:40 PKG:200 DTM:10 CTP:25 CUR PO4+ {_CHARGES} REF+ PER:3 SDQ:500 MAN+"
        " UIT+ CS+ DD+ G53+ SLN+"
        " (QTY! UIT:12 MEA:40 DTM+ LDT+ LS (LDT! QTY+ REF+)+ LE (SCH! REF+)+"
        " (N1! N2:2 N3:2 N4 REF+ PER+)+)+"
        f" (SLN! PID:1000 MEA:40 PKG+ DTM+)+ (N1! {_PARTY} (QTY! UIT+ MEA+ DTM+)+)+ {_CODES})+"
        f" {_SUMMARY}"
    ),
    "850": (
        f"ST! BEG! {_ORDER_HEAD} LDT:12 {_AMOUNTS} {_TEXTS} {_PARTIES} {_CODES} (SPI! REF:5 DTM:5)+"
        f" (ADV! DTM+ MTX+)+ (PO1! {_LINE} (QTY! SI+)+ {_LINE_END})!+ {_SUMMARY}"
    ),
    "855": (
        f"ST! BAK! {_ORDER_HEAD} LDT:12 {_TEXTS} {_PARTIES} (ADV! DTM+ MTX+)+"
        f" (PO1! {_LINE} (QTY! SI+)+ (ACK! DTM)104 {_LINE_END})+ {_SUMMARY}"
    ),
    "856": (
        "ST! BSN! DTM:10"
        " (HL! LIN SN1 SLN:1000 PRF PO4 PID:200 MEA:40 PWK:25 PKG:25 TD1:20 TD5:12 TD3:12 TD4:5"
        " TSD REF+ PER:3 (LIN! SN1 SLN+ PID+)+ CLD:200 MAN+ DTM:10 FOB PAL LM+ N9+"
        f" (CLD! REF:200 DTP)200 (N1! {_PARTY} CUR)200 SDQ:50 ETD (CUR!) ITA:10"
        " (SAC! CUR)+ GF YNQ:10 LFH+ AMT+ (LM! LQ+)+)!+"
        f" {_SUMMARY}"
    ),
    "860": (
        f"ST! BCH! {_ORDER_HEAD} LDT:12 {_AMOUNTS} {_TEXTS} {_PARTIES} {_CODES} (SPI! REF:5 DTM:5)+"
        f" (ADV! DTM+ MTX+)+ (POC! {_LINE} (QTY! SI+)+ {_LINE_END})+ {_SUMMARY}"
    ),
    "865": (
        f"ST! BCA! {_ORDER_HEAD} LDT:12 {_TEXTS} {_PARTIES} (ADV! DTM+ MTX+)+"
        f" (POC! {_LINE} (QTY! SI+)+ (ACK! DTM)104 {_LINE_END})+ {_SUMMARY}"
    ),
    "997": "ST! AK1! (AK2! (AK3! AK4:99)+ AK5!)+ AK9! SE!",
    "999": "ST! AK1! (AK2! (IK3! CTX:10 (IK4! CTX:10)+)+ IK5!)+ AK9! SE!",
}
FUNCTIONAL_IDS: Mapping[str, str] = {
    "810": "IN", "820": "RA", "832": "SC", "846": "IB", "850": "PO", "855": "PR", "856": "SH",
    "860": "PC", "865": "CA", "997": "FA", "999": "FA",
}  # fmt: skip
