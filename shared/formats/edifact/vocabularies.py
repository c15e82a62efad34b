"""What EDIFACT's codes mean, in our words. The first of several codes is the one we write."""

from shared.formats.edi.vocabulary import vocabulary

PURPOSES = vocabulary(  # element 1225
    "original=9 cancellation=1 addition=2 deletion=3 change=4 replacement=5 confirmation=6"
    " duplicate=7 status=8 not_found=10 response=11 not_processed=12 request=13 advance_notice=14"
    " reminder=15 proposal=16 not_accepted=27 accepted_without_amendment=29"
    " accepted_with_amendment=30 copy=31"
)
ORDER_KINDS = vocabulary(  # element 1001
    "stand_alone=220 blanket=221 rush=224 release=226 consignment=227 spot=222 rental=223"
    " repair=225 confirmation=231,320 change=230"
)
VERDICTS = vocabulary(  # elements 1225 and 4343 in ORDRSP (ACK1)
    "accepted=29,AP accepted_with_detail_and_change=4,30,AC rejected=27,RE not_processed=12"
    " accepted_with_detail=AD received_for_information=AB"
)
ACTIONS = vocabulary(  # element 1229 (ACK2)
    "accepted=5,4,16 accepted_with_changes=3,6 rejected=7 deleted=2 added=1 not_found=10"
)
DISCREPANCIES = vocabulary(  # element 4221
    "balance_backordered=BP backordered=BK substituted=IS,CS deleted=IC"
    " rejected_discontinued=AA,AB rejected_not_available=OW,AD,OS"
)
ROLES = vocabulary(  # element 3035
    "buyer=BY ship_to=DP,ST bill_to=IV,BT supplier=SU,SE,VN remit_to=RE,RB ship_from=SF"
    " warehouse=WH manufacturer=MF payer=PR payee=PE ordered_by=OB distributor=DS carrier=CA"
    " sold_to=SO consignee=CN consignor=CZ ultimate_consignee=UC"
)
PARTY_SCHEMES = vocabulary(  # element 3055
    "gln=9 duns=16 supplier_assigned=91 buyer_assigned=92 mutual=ZZZ"
)
GTINS = frozenset({"SRV", "EN", "UP"})  # of element 7143
GTIN_CODE = "SRV"
ITEM_SCHEMES = vocabulary(  # element 7143, gtins aside
    "supplier=SA,VN,VP buyer=IN,BP manufacturer=MF lot=NB serial=SN sku=SK ndc=ND model=MN"
    " promotion=PV commodity=HS group=GN,GD purchase_order=PO mutual=ZZZ"
)
REFERENCES = vocabulary(  # element 1153
    "purchase_order=ON supplier_order=VN contract=CT customer_order=CO internal_vendor=IA"
    " customer=CR bill_of_lading=BM carrier=CN invoice=IV line=LI shipment=SRN release=RE"
    " account=ADE lot=BT serial=SE delivery_note=DQ ship_notice=AAK price_list=PL promotion=PD"
    " tax=VA receiving_advice=ALO department=DPT cost_center=AOU"
)
DATES = vocabulary(  # element 2005
    "requested_delivery=2 requested_ship=10 cancel_after=61 current_schedule=67 promised=69"
    " shipped=11 estimated_delivery=17 expiry=36 best_before=361 manufactured=94 effective=7"
    " processed=9 delivered=35 begins=194 ends=206 invoice=3 order=4 document=137 received=50"
    " earliest_delivery=64 latest_delivery=63 reference=171 tax_point=131 payment_due=140"
)
PRICE_TYPES = vocabulary("contract=CT catalogue=CA quote=QT no_charge=NC each=PE unit=UM")  # 5375
PRICE_UNITS = vocabulary("each=1 ten=10 hundred=100 thousand=1000")  # element 5284
CHARGE_KINDS = vocabulary("allowance=A charge=C none=N")  # element 5463
CHANNELS = vocabulary("telephone=TE email=EM fax=FX")  # element 3155
INVOICE_KINDS = vocabulary(  # element 1001 (CRM1)
    "invoice=380,82,384,386,388,389,393 credit_memo=381,81,83,261,262,308,396,420,458"
    " debit_memo=383,80,84 consolidated_invoice=385"
)
ACK_VERDICTS = vocabulary("accepted=7 rejected=4 received=8")  # element 0083
PALLETS = frozenset(
    {"PX", "PE", "08", "09", "200", "201", "202", "203", "204", "205", "211", "212"}
)
